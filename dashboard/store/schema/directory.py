"""The directory: one row for each user, as they are now."""

from sqlalchemy import Column, Index, Integer, Table, Uuid

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

# Text that is sorted by is never null: both engines then agree on the order.
directory = Table(
    "directory",
    metadata,
    _id(),
    Column("user_id", Uuid, nullable=False, unique=True),
    _text("id_hex"),
    _text("email"),
    _text("email_key"),  # as `text.emails.comparable` writes it
    _text("name"),
    _text("name_key"),  # as `text.search.name_key` writes it
    _text("phone"),
    _text("phone_digits"),
    _text("status"),
    _text("country_code"),
    _text("user_type"),
    _text("language"),
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
    Index(None, "sweep"),
)
