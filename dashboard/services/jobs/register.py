"""The kind of job that registers users."""

from collections.abc import Collection

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
    SucceededBefore,
)
from dashboard.services.attempts.withdrawing import StillWanted, Withdrawn
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult, UnderWay
from dashboard.services.jobs.refusals import NOW, SHORTLY, refused
from dashboard.services.registrations.register import (
    Done,
    EmailKnown,
    NewUser,
    Registrations,
)
from dashboard.services.registrations.register import Result as Registered
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database
from dashboard.store.jobs import known
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.known import KnownEmail
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.rows import NewRow
from dashboard.store.jobs.states import RowState

__all__ = ["JobKind", "KnownEmail", "NewRow", "RegisterKind", "as_row"]


def as_row(number: int, user: NewUser, *, anyway: bool) -> NewRow:
    """Return the row of a job that registers this user."""
    content = {
        "user_type": user.user_type,
        "country_code": user.country_code,
        "phone": user.phone,
        "preferred_language": user.preferred_language,
    }
    return NewRow(number, user.email, content, anyway)


class RegisterKind:
    """Registers the user of each row."""

    def __init__(self, database: Database, registrations: Registrations) -> None:
        self._database = database
        self._registrations = registrations

    def known(self, emails: Collection[str]) -> dict[str, KnownEmail]:
        """Return which of these emails are known here, by the form in which they are compared."""
        with self._database.read() as connection:
            return known.find(connection, emails)

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Register the user of a row."""
        try:
            result = self._registrations.register_if(
                intent, _user_of(row), actor, is_still_wanted, anyway=row.anyway
            )
        except AnotherBodyError:  # the row was changed after its attempt was made
            return RowEnd(RowState.UNCONFIRMED, "lost")
        return _end(result)


def _user_of(row: DueRow) -> NewUser:
    content = row.content
    return NewUser(
        user_type="business" if content["user_type"] == "business" else "personal",
        email=row.email,
        country_code=content["country_code"] or "",
        phone=content["phone"],
        preferred_language=content["preferred_language"],
    )


def _end(result: Registered | Withdrawn) -> RowResult:  # noqa: C901, PLR0911  one case a result
    match result:
        case Done(user_id):
            return RowEnd(RowState.DONE, "registered", user_id)
        case EmailKnown():
            return RowEnd(RowState.ALREADY, "known")
        case Withdrawn():
            return Later(NOW)
        case Refused(Conflict()):
            return RowEnd(RowState.ALREADY, "registered_already")
        case Refused(error):
            return refused(error)
        case RefusedBefore():
            return RowEnd(RowState.REFUSED, "refused")
        case InProgress():
            return UnderWay()
        case BusyElsewhere():
            return Later(SHORTLY)
        case Superseded(outcome=Outcome.SUCCEEDED):
            return RowEnd(RowState.ALREADY, "overtaken")
        case Superseded():
            return RowEnd(RowState.REFUSED, "overtaken")
        case MayHaveHappened() | SucceededBefore():
            return RowEnd(RowState.UNCONFIRMED, "lost")
