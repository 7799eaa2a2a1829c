"""What needs attention: lost answers, links that have probably expired, KYC started elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dashboard.services.kyc_desk import Desk
from dashboard.services.ports import Clock
from dashboard.store import registrations
from dashboard.store.db.database import Database
from dashboard.store.kyc import desk
from dashboard.store.kyc.lanes import DeskRow, Lane
from dashboard.store.registrations import Registration
from dashboard.store.tokens import grants
from dashboard.store.tokens.grants import Grant
from dashboard.store.users import sightings
from dashboard.store.users.sightings import Sighting

SHOWN, MORE = 6, 50


class AttentionKind(StrEnum):
    """Kinds of things that need attention."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class TokenMayExist:
    """A token whose answer was lost; `email` is None for a user that we never saw or know."""

    grant: Grant
    email: str | None


AttentionItem = Registration | TokenMayExist | DeskRow


@dataclass(frozen=True)
class Attention:
    """Things that need attention. `counts` are exact, `items` the first of the kinds asked for."""

    kind: AttentionKind | None
    items: tuple[AttentionItem, ...]
    counts: Mapping[AttentionKind, int]

    @property
    def left(self) -> int:
        """How many items of what was asked for are not among the first."""
        return (self.counts[self.kind] if self.kind else self.total) - len(self.items)

    @property
    def total(self) -> int:
        """The number of things of all kinds."""
        return sum(self.counts.values())


class AttentionReader:
    """Reads what needs attention."""

    def __init__(self, desk_: Desk, database: Database, clock: Clock) -> None:
        self._desk = desk_
        self._database = database
        self._clock = clock

    def find(self, kind: AttentionKind | None, rows: int | None = None) -> Attention:
        """Return what needs attention, lost answers first, then the oldest start first."""
        now, limit = self._clock(), rows or (MORE if kind else SHOWN)
        with self._database.read() as connection:
            wanted = self._desk.wanted()
            given_up_at = wanted.given_up_at
            lanes = desk.first_rows_by_lane(connection, wanted, limit)
            lost = registrations.lost(connection, given_up_at, limit)
            tokens = grants.may_exist(connection, now, given_up_at, limit)
            users = [grant.user_id for grant in tokens if grant.user_id]
            seen = sightings.newest(connection, users)
            unknown = lanes[Lane.UNKNOWN].size + registrations.count_lost(connection, given_up_at)
            unknown += grants.count_may_exist(connection, now, given_up_at)
        items: dict[AttentionKind, list[AttentionItem]] = {
            AttentionKind.UNKNOWN: [
                *lost,
                *lanes[Lane.UNKNOWN].rows,
                *(TokenMayExist(grant, _email(grant.user_id, seen)) for grant in tokens),
            ],
            AttentionKind.EXPIRED: [*lanes[Lane.EXPIRED].rows],
            AttentionKind.ELSEWHERE: [*lanes[Lane.LINK_LOST].rows, *lanes[Lane.ELSEWHERE].rows],
        }
        chosen = items[kind] if kind else [item for each in AttentionKind for item in items[each]]
        return Attention(
            kind,
            tuple(chosen[:limit]),
            {
                AttentionKind.UNKNOWN: unknown,
                AttentionKind.EXPIRED: lanes[Lane.EXPIRED].size,
                AttentionKind.ELSEWHERE: lanes[Lane.ELSEWHERE].size + lanes[Lane.LINK_LOST].size,
            },
        )


def _email(user_id: UUID | None, seen: Mapping[UUID, Sighting]) -> str | None:
    return seen[user_id].email if user_id and user_id in seen else None
