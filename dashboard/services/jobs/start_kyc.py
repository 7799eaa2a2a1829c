"""The kind of job that starts KYC, and the users who might get a start."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from dashboard.partner.errors import Conflict
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import (
    AnotherBodyError,
    BusyElsewhere,
    InProgress,
    Superseded,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    MayHaveHappened,
    Refused,
    RefusedBefore,
    Succeeded,
    SucceededBefore,
)
from dashboard.services.attempts.withdrawing import StillWanted, Withdrawn
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult, UnderWay
from dashboard.services.jobs.refusals import NOW, SHORTLY, refused
from dashboard.services.kyc.start import (
    KycApplicant,
    KycStarts,
    NotKept,
    StartedBefore,
    StartResult,
)
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database
from dashboard.store.jobs import startable
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.rows import NewRow
from dashboard.store.jobs.startable import Startable
from dashboard.store.jobs.states import RowState
from dashboard.store.kyc.lane_times import times_at
from dashboard.store.kyc.states import KycLane

__all__ = ["KycApplicant", "KycLane", "StartKycKind", "Startable", "UsersFound", "as_row"]

BATCH = 500
BATCHES = 20


@dataclass(frozen=True)
class UsersFound:
    """The users that a table names."""

    by_id: dict[UUID, Startable]
    by_email: dict[str, list[Startable]] = field(repr=False)


def as_row(number: int, user: Startable, applicant: KycApplicant) -> NewRow:
    """Return the row of a job that starts KYC for this user."""
    born = applicant.birth_date
    content = {
        "first_name": applicant.first_name,
        "last_name": applicant.last_name,
        "email": applicant.email,
        "phone": applicant.phone,
        "birth_date": born.isoformat() if born else None,
    }
    is_started = user.lane is not KycLane.NOT_STARTED
    return NewRow(number, user.email, content, anyway=is_started, user_id=user.user_id)


class StartKycKind:
    """Starts KYC for the user of each row."""

    def __init__(
        self, database: Database, starts: KycStarts, clock: Clock, *, link_ttl: timedelta
    ) -> None:
        self._database = database
        self._starts = starts
        self._clock = clock
        self._link_ttl = link_ttl

    def find(self, emails: Collection[str], user_ids: Collection[UUID]) -> UsersFound:
        """Return the users with these emails or ids, as far as they were ever seen."""
        times = times_at(self._clock(), self._link_ttl)
        with self._database.read() as connection:
            users = startable.find(connection, emails, user_ids, times)
        return UsersFound({user.user_id: user for user in users}, startable.by_email(users))

    def not_started(
        self, wanted: Callable[[Startable], bool], most: int, reader: Reader
    ) -> list[Startable]:
        """Return the newest users whose KYC was not started and who are `wanted`."""
        times, before, chosen = times_at(self._clock(), self._link_ttl), None, list[Startable]()
        with self._database.read() as connection:
            for _ in range(BATCHES):
                found, before = startable.not_started(
                    connection, times, before, BATCH, hides_tests=reader.hides_test_users
                )
                chosen += filter(wanted, found)
                if before is None or len(chosen) >= most:
                    break
        return chosen[:most]

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Start KYC for the user of a row."""
        try:
            result = self._starts.start_if(
                intent, _applicant_of(row), actor, is_still_wanted, anyway=row.anyway
            )
        except AnotherBodyError:  # the row was changed after its attempt was made
            return RowEnd(RowState.UNCONFIRMED, "lost")
        return self._end(result, row.user_id)

    def _end(  # noqa: C901, PLR0911  one case a result
        self, result: StartResult | Withdrawn | StartedBefore, user_id: UUID | None
    ) -> RowResult:
        match result:
            case Succeeded() | SucceededBefore():
                return RowEnd(RowState.DONE, "started")
            case StartedBefore():
                return RowEnd(RowState.ALREADY, "known")
            case Withdrawn():
                return Later(NOW)
            case Refused(Conflict()):
                return RowEnd(RowState.ALREADY, "started_elsewhere")
            case Refused(error):
                return refused(error)
            case RefusedBefore() if user_id and self._starts.get(user_id).inquiry:
                return RowEnd(RowState.ALREADY, "started_elsewhere")
            case RefusedBefore():
                return RowEnd(RowState.REFUSED, "refused")
            case InProgress():
                return UnderWay()
            case BusyElsewhere():
                return Later(SHORTLY)
            case Superseded(outcome=Outcome.REJECTED):
                return RowEnd(RowState.REFUSED, "overtaken")
            case Superseded():
                return RowEnd(RowState.ALREADY, "overtaken")
            case MayHaveHappened() | NotKept():
                return RowEnd(RowState.UNCONFIRMED, "lost")


def _applicant_of(row: DueRow) -> KycApplicant:
    content, born = row.content, row.content["birth_date"]
    return KycApplicant(
        first_name=content["first_name"] or "",
        last_name=content["last_name"] or "",
        email=content["email"] or "",
        phone=content["phone"],
        birth_date=date.fromisoformat(born) if born else None,
    )
