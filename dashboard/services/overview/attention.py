"""What needs attention: who is overdue, and answers that were lost; the lanes are the desk's."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import DeskFilters, Due, KycLane
from dashboard.services.desk.models import DeskRow
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store import registrations
from dashboard.store.db.database import Database
from dashboard.store.registrations import Registration
from dashboard.store.tokens import grants
from dashboard.store.tokens.grants import Grant
from dashboard.store.users import sightings

SHOWN, MORE = 6, 50


class AttentionKind(StrEnum):
    """Kinds of things that need attention. Someone overdue is of another kind too."""

    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


DESK: Mapping[AttentionKind, DeskFilters] = {
    AttentionKind.OVERDUE: DeskFilters(due=Due.OVERDUE),
    AttentionKind.UNKNOWN: DeskFilters(lane=KycLane.UNKNOWN),
    AttentionKind.EXPIRED: DeskFilters(lane=KycLane.LINK_EXPIRED),
    AttentionKind.ELSEWHERE: DeskFilters(lane=KycLane.ELSEWHERE),
}
"""The list of the desk that has the users of a kind."""


@dataclass(frozen=True)
class TokenMayExist:
    """A token whose answer was lost; `email` is None for a user that we never saw or know."""

    grant: Grant
    email: str | None


AttentionItem = Registration | TokenMayExist | DeskRow


@dataclass(frozen=True)
class Attention:
    """Things that need attention. Counts are exact, `items` the first of the kinds asked for."""

    kind: AttentionKind | None
    items: tuple[AttentionItem, ...]
    counts: Mapping[AttentionKind, int]
    total: int

    @property
    def left(self) -> int:
        """How many items of what was asked for are not among the first."""
        return (self.counts[self.kind] if self.kind else self.total) - len(self.items)


@dataclass(frozen=True)
class _Lost:
    """Answers that were lost and are of no user of the desk: the first, and how many."""

    registrations: list[Registration]
    tokens: list[TokenMayExist]
    count: int


class AttentionReader:
    """Reads what needs attention."""

    def __init__(self, desk: Desk, database: Database, clock: Clock) -> None:
        self._desk = desk
        self._database = database
        self._clock = clock

    def find(
        self, kind: AttentionKind | None, reader: Reader, rows: int | None = None
    ) -> Attention:
        """Return what needs attention: who is overdue, lost answers, then the oldest of a lane."""
        limit = rows or (MORE if kind else SHOWN)
        lost = self._lost(limit)
        waiting = self._desk.waiting(DeskFilters(), reader)
        counts = {kind: _count(waiting, of_kind) for kind, of_kind in DESK.items()}
        counts[AttentionKind.UNKNOWN] += lost.count
        total = lost.count + sum(users for each, users in waiting.items() if _is_shown(*each))
        chosen = (kind,) if kind else tuple(AttentionKind)
        found = (item for each in chosen for item in self._items(each, lost, reader, limit))
        return Attention(kind, tuple(islice(_once(found), limit)), counts, total)

    def _items(
        self, kind: AttentionKind, lost: _Lost, reader: Reader, limit: int
    ) -> Iterator[AttentionItem]:
        if kind is AttentionKind.UNKNOWN:
            yield from lost.registrations
        yield from self._desk.walk(DESK[kind], reader, limit)
        if kind is AttentionKind.UNKNOWN:
            yield from lost.tokens

    def _lost(self, limit: int) -> _Lost:
        now = self._clock()
        given_up_at = now - RUNNING_FOR_AT_MOST
        with self._database.read() as connection:
            lost = registrations.lost(connection, given_up_at, limit)
            tokens = grants.may_exist(connection, now, given_up_at, limit)
            users = [grant.user_id for grant in tokens if grant.user_id]
            seen = sightings.newest(connection, users) if users else {}
            count = registrations.count_lost(connection, given_up_at)
            count += grants.count_may_exist(connection, now, given_up_at)
        emails = {user_id: each.email for user_id, each in seen.items()}
        told = [
            TokenMayExist(each, emails.get(each.user_id) if each.user_id else None)
            for each in tokens
        ]
        return _Lost(lost, told, count)


def _count(waiting: Counter[tuple[str, str]], filters: DeskFilters) -> int:
    """Return how many users of a list wait."""
    return sum(users for each, users in waiting.items() if _is_in(filters, *each))


def _is_in(filters: DeskFilters, lane: str, due: str) -> bool:
    return filters.lane in {"", lane} and filters.due in {"", due}


def _is_shown(lane: str, due: str) -> bool:
    """Return whether users of a lane, due then, are of a kind."""
    return any(_is_in(each, lane, due) for each in DESK.values())


def _once(items: Iterator[AttentionItem]) -> Iterator[AttentionItem]:
    """Give each user of the desk once."""
    given = set()
    for item in items:
        if isinstance(item, DeskRow):
            if item.user.user_id in given:
                continue
            given.add(item.user.user_id)
        yield item
