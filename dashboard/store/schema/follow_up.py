"""Who follows a user up: owners, until when a user is snoozed, and tags.

The directory's row of a user has a copy of what lists filter by (`store.directory.follow_up`).
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint, Uuid

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import compact_at_column as _compact_at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

owners = Table(
    "owners",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    _staff(),
    _at("since_at"),
    _compact_at("active_at"),  # when the owner last did something for the user
    _staff("given_by", nullable=True),  # None: they took the user themselves
    Column("is_seen", Boolean, nullable=False),  # the owner has opened the user since
    Index(None, "staff_id"),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    _staff(),
    _compact_at("until_at"),
    _at("snoozed_at"),
)

tags = Table(
    "tags",
    metadata,
    _id(),
    _text("name"),
    _text("colour"),
    _text("key"),  # what addresses call it
    _text("folded"),  # the words of its name, as `text.search.name_key` writes them, and two blanks
    _at("created_at"),
    UniqueConstraint("key"),
)

user_tags = Table(
    "user_tags",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("tag_id", Integer, ForeignKey("tags.id"), primary_key=True),
    _staff(nullable=True),  # None: the command line
    _at("set_at"),
    Index(None, "tag_id", "user_id"),
)
