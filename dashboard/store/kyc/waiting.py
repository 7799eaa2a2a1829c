"""Since when a user waits: from when there is something to do for them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

PENDING, ACTIVE = "pending", "active"
UNKNOWN_AT = datetime(1970, 1, 1, tzinfo=UTC)  # where the API does not say when


def waits_from(row: Mapping[str, Any]) -> datetime | None:
    """Return since when a user of the directory waits, None for one who does not.

    It is the start of their leading inquiry; without one, when they were seen to become pending
    again; else when they registered, or were first seen.
    """
    if row["status"] != PENDING or row["gone_at"]:
        return None
    since: datetime = row["first_seen_at"]
    if row["kyc_started_at"]:
        since = row["kyc_started_at"]
    elif row["status_before_at"]:
        since = row["status_since_at"]
    elif row["registered_at"] != UNKNOWN_AT:
        since = row["registered_at"]
    return since
