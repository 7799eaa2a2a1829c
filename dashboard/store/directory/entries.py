"""A row of the directory as a value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from dashboard.store.kyc.waiting import UNKNOWN_AT
from dashboard.store.schema import directory


@dataclass(frozen=True)
class DirectoryUser:
    """A user of the directory. Empty texts are unknown, and so is a time that is None.

    The status changed between `status_before_at` (None: it was the first look) and
    `status_since_at`. `kyc_state`, `kyc_started_at` and `kyc_staff_id` are of the leading inquiry.
    `waits_from_at` is known of those who wait: since when there is something to do for them.
    `closed_at` and `became_active_at` are the first looks that saw that they no longer did.
    `owner_id`, `owner_active_at`, `snoozed_until_at` and `is_test` are copies (`follow_up`).
    `token_until_at`: until when a token works that someone was given, where that was asked for.
    """

    id: int
    user_id: UUID
    email: str
    name: str
    phone: str
    status: str
    country_code: str
    user_type: str
    language: str
    registered_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    status_since_at: datetime
    status_before_at: datetime | None
    gone_at: datetime | None
    kyc_state: str = ""
    kyc_started_at: datetime | None = None
    kyc_staff_id: int | None = None
    waits_from_at: datetime | None = None
    became_active_at: datetime | None = None
    closed_at: datetime | None = None
    owner_id: int | None = None
    owner_active_at: datetime | None = None
    snoozed_until_at: datetime | None = None
    is_test: bool = False
    token_until_at: datetime | None = None


TOKEN_UNTIL = "token_until_at"  # noqa: S105  the name of a column
COLUMNS = tuple(
    directory.c[name] for name in DirectoryUser.__dataclass_fields__ if name != TOKEN_UNTIL
)


def entry(row: Row[*tuple[Any, ...]]) -> DirectoryUser:
    """Return a row of `columns.select_users()` as a value."""
    registered_at = None if row.registered_at == UNKNOWN_AT else row.registered_at
    return DirectoryUser(**{**row._asdict(), "registered_at": registered_at})
