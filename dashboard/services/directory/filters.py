"""The filters of the list, in the names of its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboard.store.directory.search import COUNT_MAX, Sort
from dashboard.store.kyc.states import KycLane
from dashboard.store.staff.list_choices import ListChoices

PERSONAL_SORTS = frozenset({Sort.EMAIL, Sort.NAME, Sort.PHONE})
"""Orders that give away masked values."""
ROWS = (20, 50, 100)

__all__ = [
    "COLUMNS",
    "COUNT_MAX",
    "DENSITIES",
    "PERSONAL_SORTS",
    "ROWS",
    "Counted",
    "KycLane",
    "ListChoices",
    "ListFilters",
    "ListLook",
    "Sort",
    "look_of",
]


@dataclass(frozen=True)
class ListFilters:
    """Which users, in which order, and which page of them.

    `search` is any text, `kyc` a lane, `tag` the key of a tag, `owner` is `me`, `none` or an email.
    A time is a day or, as a `datetime`, a minute in their zone; the last one is in the list.
    `after` and `before` are sealed places; at most one of them is set.
    """

    search: str = ""
    status: str = ""
    country: str = ""
    user_type: str = ""
    language: str = ""
    kyc: str = ""
    owner: str = ""
    tag: str = ""
    created_from: date | None = None
    created_to: date | None = None
    started_from: date | None = None
    started_to: date | None = None
    active_from: date | None = None
    active_to: date | None = None
    waiting_from: date | None = None
    waiting_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    sort: Sort = Sort.CREATED
    is_descending: bool = True
    limit: int = ROWS[0]
    after: str = ""
    before: str = ""

    @property
    def asked(self) -> Mapping[str, Any]:
        """The filters that are set, by name."""
        places = {"sort", "is_descending", "limit", "after", "before"}
        return {name: value for name, value in vars(self).items() if value and name not in places}

    @property
    def chosen(self) -> int:
        """How many filters are set beside the text and the status."""
        return len(self.asked.keys() - {"search", "status"})

    def changed(self, **to: object) -> "ListFilters":
        """Return these filters with some of them changed, from the first row on."""
        return replace(self, **{"after": "", "before": "", **to})  # type: ignore[arg-type]  # by name


@dataclass(frozen=True)
class Counted:
    """How many users a list has, by the filters that open it."""

    filters: ListFilters
    users: int


COLUMNS = (
    "status",
    "kyc",
    "country",
    "owner",
    "user_type",
    "language",
    "tags",
    "name",
    "phone",
    "id",
    "changed",
    "created",
)
HIDDEN = frozenset({"user_type", "language", "tags", "name", "phone", "id"})
"""The columns that are hidden until a person chooses them."""
DENSITIES = ("comfortable", "compact")


@dataclass(frozen=True)
class ListLook:
    """How a person sees the list."""

    rows: int
    columns: tuple[str, ...]
    density: str


def look_of(choices: ListChoices) -> ListLook:
    """Return how a person sees the list; what no longer exists is as if it were not chosen."""
    hidden = HIDDEN if choices.hidden is None else choices.hidden
    return ListLook(
        rows=choices.rows if choices.rows in ROWS else ROWS[0],
        columns=tuple(name for name in COLUMNS if name not in hidden),
        density=choices.density if choices.density in DENSITIES else DENSITIES[0],
    )
