"""The directory: one row for each user, as they are now, and how many there are of each kind."""

from sqlalchemy import Column, Index, Integer, Table, Uuid, text

from dashboard.store.db.columns import SortedText
from dashboard.store.db.columns import compact_at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import sorted_column as _sorted
from dashboard.store.db.metadata import metadata

_IS_GONE = text("gone_at IS NOT NULL")

# Text that is sorted by is never null: both engines then agree on the order. The migration has the
# search index and the triggers that keep it and `directory_counts`.
directory = Table(
    "directory",
    metadata,
    _id(),
    Column("user_id", Uuid, nullable=False, unique=True),
    _sorted("email"),
    _sorted("email_key"),  # as `text.emails.comparable` writes it
    _sorted("name"),
    _sorted("name_key"),  # as `text.search.name_key` writes it
    _sorted("phone"),
    _sorted("phone_digits"),
    _sorted("status"),
    _sorted("country_code"),
    _sorted("user_type"),
    _sorted("language"),
    _at("registered_at"),  # UNKNOWN_AT where the API did not say
    _at("first_seen_at"),
    _at("last_seen_at"),
    _at("status_since_at"),  # the first look that saw this status
    _at("status_before_at", nullable=True),  # the last look that saw another one
    _at("gone_at", nullable=True),
    Column("sweep", Integer, nullable=False),  # the last sweep that saw them, 0 for none
    Index(None, "email_key", "id"),
    Index(None, "name_key", "id"),
    Index(None, "phone_digits", "id"),
    Index(None, "status", "id"),
    Index(None, "country_code", "id"),
    Index(None, "user_type", "id"),
    Index(None, "language", "id"),
    Index(None, "registered_at", "id"),
    Index(None, "status_since_at", "id"),
    Index(None, "gone_at", sqlite_where=_IS_GONE, postgresql_where=_IS_GONE),
)

directory_counts = Table(
    "directory_counts",
    metadata,
    *(
        Column(name, SortedText, primary_key=True)
        for name in ("status", "country_code", "user_type", "language")
    ),
    Column("users", Integer, nullable=False),
)
