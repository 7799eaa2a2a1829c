"""The directory: one row for each user, as they are now, and how many there are of each kind."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Uuid, false, text

from dashboard.store.db.columns import SortedText
from dashboard.store.db.columns import compact_at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import sorted_column as _sorted
from dashboard.store.db.metadata import metadata

_IS_GONE = text("gone_at IS NOT NULL")


def _where_known(name: str) -> Index:
    """Return an index of the rows that have a value, which are few."""
    is_known = text(f"{name} IS NOT NULL")
    return Index(None, name, "id", sqlite_where=is_known, postgresql_where=is_known)


def _waiting(name: str, *columns: str) -> Index:
    """Return an index of users who wait."""
    waits = text("waits_from_at IS NOT NULL")
    return Index(name, *columns, sqlite_where=waits, postgresql_where=waits)


def _counted_by(name: str, *others: str) -> Index:
    """Return the index of a time by which users are counted, with or without test users."""
    is_known = text(f"{name} IS NOT NULL")
    columns = (name, "id", "is_test", *others)
    index = f"ix_directory_{name}_id"
    return Index(index, *columns, sqlite_where=is_known, postgresql_where=is_known)


def _tests(*columns: str) -> Index:
    """Return the index of test users."""
    return Index(
        "ix_directory_test",
        *columns,
        sqlite_where=text("is_test = 1"),
        postgresql_where=text("is_test"),
    )


COUNTED_ON_DESK = ("country_code", "language", "user_type", "kyc_staff_id", "owner_id")
_WAITED = ("kyc_state", "waits_from_at", "id")
_FOLLOWED_UP = ("owner_active_at", "snoozed_until_at", "is_test")

# Text that lists are sorted by is never null: both engines then agree on the order. The migration
# has the search index and the triggers that keep it and `directory_counts`.
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
    # `store.kyc.leads` keeps the state of their leading inquiry, "" for none.
    Column("kyc_state", SortedText, nullable=False, server_default=""),
    _at("kyc_started_at", nullable=True),
    Column("kyc_staff_id", Integer, nullable=True),
    _at("waits_from_at", nullable=True),  # since when there is something to do for them
    _at("became_active_at", nullable=True),  # the first look that saw them active after pending
    _at("closed_at", nullable=True),  # the first look that saw that they no longer wait
    # `store.directory.follow_up` keeps copies of `owners`, `snoozes` and `user_tags`.
    Column("owner_id", Integer, nullable=True),
    _at("owner_active_at", nullable=True),
    _at("snoozed_until_at", nullable=True),
    Column("is_test", Boolean, nullable=False, server_default=false()),
    Index(None, "email_key", "id"),
    Index(None, "name_key", "id"),
    Index(None, "phone_digits", "id"),
    Index(None, "status", "id"),
    Index(None, "country_code", "id"),
    Index(None, "user_type", "id"),
    Index(None, "language", "id"),
    Index("ix_directory_registered_at_id", "registered_at", "id", "is_test"),
    Index(None, "status_since_at", "id"),
    Index(None, "gone_at", sqlite_where=_IS_GONE, postgresql_where=_IS_GONE),
    # One has the order of each lane, the other the values that it is counted by together.
    _waiting("ix_directory_waiting", *_WAITED, *COUNTED_ON_DESK, *_FOLLOWED_UP),
    _waiting("ix_directory_waiting_values", *COUNTED_ON_DESK, *_WAITED, *_FOLLOWED_UP),
    *map(_where_known, ("closed_at", "owner_id")),
    _counted_by("kyc_started_at"),
    _counted_by("became_active_at", "kyc_started_at"),
    _tests("status", "country_code", "user_type", "language"),
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
