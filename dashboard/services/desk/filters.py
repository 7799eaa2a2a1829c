"""The filters of the desk, in the names of its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any

from dashboard.services.readers import OF_ME, OF_NO_ONE
from dashboard.store.directory.owning import SNOOZED
from dashboard.store.kyc.states import WAITING, KycLane

__all__ = [
    "AGES",
    "OF_ME",
    "OF_NO_ONE",
    "ROWS",
    "SNOOZED",
    "WAITING",
    "DeskFilters",
    "DeskOrder",
    "Due",
    "KycLane",
]

ROWS = (25, 50, 100)
AGES: Mapping[str, tuple[timedelta, timedelta]] = {
    "day": (timedelta(), timedelta(days=1)),
    "3days": (timedelta(days=1), timedelta(days=3)),
    "week": (timedelta(days=3), timedelta(days=7)),
    "month": (timedelta(days=7), timedelta(days=30)),
    "older": (timedelta(days=30), timedelta.max),
}
"""How long someone has waited: from, and less than."""


class DeskOrder(StrEnum):
    """The orders of the desk: the longest wait first, or the newest."""

    LONGEST = "waiting"
    NEWEST = "-waiting"


class Due(StrEnum):
    """Who is overdue, or will be before midnight."""

    OVERDUE = "overdue"
    TODAY = "today"


@dataclass(frozen=True)
class DeskFilters:
    """Which users, in which order, and which page. `lane` "" is all who wait.

    `by` is the email of the person who started KYC, `owner` is `OF_ME`, `OF_NO_ONE` or an email,
    `age` a name in `AGES`, `tag` the key of a tag. `snoozed` (`SNOOZED`): users who are snoozed
    are in no other list. `after` and `before` are sealed places; at most one of them is set.
    """

    lane: str = ""
    search: str = ""
    country: str = ""
    language: str = ""
    user_type: str = ""
    by: str = ""
    owner: str = ""
    snoozed: str = ""
    due: str = ""
    age: str = ""
    tag: str = ""
    sort: DeskOrder = DeskOrder.LONGEST
    limit: int = ROWS[0]
    after: str = ""
    before: str = ""

    @property
    def asked(self) -> Mapping[str, Any]:
        """The filters that are set, by name."""
        places = {"sort", "limit", "after", "before"}
        return {name: value for name, value in vars(self).items() if value and name not in places}

    def changed(self, **to: object) -> "DeskFilters":
        """Return these filters with some of them changed, from the first row on."""
        return replace(self, **{"after": "", "before": "", **to})  # type: ignore[arg-type]  # by name
