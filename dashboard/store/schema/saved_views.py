"""What a member of staff comes back to: saved views, users opened, last visit, a selection."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint, Uuid

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

saved_views = Table(
    "saved_views",
    metadata,
    _id(),
    _staff(),
    _text("name"),
    _text("filter"),  # the query of the list's address, without a position in the list
    Column("shared", Boolean, nullable=False),
    _at("created_at"),
    _at("changed_at"),
    UniqueConstraint("staff_id", "name"),
)

recent_users = Table(
    "recent_users",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _at("opened_at"),
)

last_visits = Table(
    "last_visits",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    _at("since_at", nullable=True),  # when the visit before ended, null for the first
    _at("seen_at"),
)

selections = Table(
    "selections",
    metadata,
    _id(),
    _staff(),
    _at("changed_at"),
    UniqueConstraint("staff_id"),
)

selected_users = Table(
    "selected_users",
    metadata,
    Column("selection_id", Integer, ForeignKey("selections.id"), primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Index(None, "user_id"),
)
