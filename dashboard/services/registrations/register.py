"""Registering a user at Qash: once, for nobody can delete one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dashboard.partner.client import NewUser
from dashboard.partner.errors import PartnerError
from dashboard.partner.responses import Answer, Registered
from dashboard.services.attempts.attempts import Attempt, Attempts
from dashboard.services.attempts.conflicts import (
    AlreadySent,
    BusyElsewhere,
    InProgress,
    Superseded,
    is_running,
)
from dashboard.services.attempts.intents import Intent
from dashboard.store import registrations
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.registrations import Registration, RegistrationState
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts

__all__ = ["Done", "MayHaveHappened", "NewUser", "Registrations", "Result", "WasRefused"]

SHOWN = 5


class Registrar(Protocol):
    """Where users are registered: the live API."""

    def register_user(self, new_user: NewUser) -> Answer[Registered]:
        """Register one; raises PartnerError."""


@dataclass(frozen=True)
class Done:
    """The user is registered."""

    user_id: UUID


@dataclass(frozen=True)
class MayHaveHappened:
    """The answer was lost or could not be read; nothing is sent again."""

    email: str
    attempt_seq: int


@dataclass(frozen=True)
class WasRefused:
    """The same form was sent before, and the API refused it."""

    at: datetime


@dataclass(frozen=True)
class Unsettled:
    """Registrations under way, those whose answers were lost, and how many more there are."""

    running: tuple[Registration, ...]
    lost: tuple[Registration, ...]
    more: int


class EmailKnownError(Exception):
    """A user with this email is known here. Nothing was sent, and nothing is recorded."""


Result = Done | MayHaveHappened | WasRefused | InProgress | BusyElsewhere | Superseded


class Registrations:
    """Registers users, and tells what became of it."""

    def __init__(self, registrar: Registrar, attempts: Attempts, database: Database) -> None:
        self._registrar = registrar
        self._attempts = attempts
        self._database = database

    def register(
        self, intent: Intent, new_user: NewUser, *, request_id: str, anyway: bool = False
    ) -> Result:
        """Register a user, or tell what the same form did before.

        An email that is known here is sent only `anyway`.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            EmailKnownError: this email was seen or registered here before.
            PartnerError: the API refused, or could not be reached; the user was not registered.
            NotRecordedError: nothing could be recorded, so nothing was sent.
            OutcomeLostError: what came of it could not be recorded.

        """

        def keep(connection: Transaction, seq: int) -> None:
            if not anyway:
                _require_new(connection, new_user.email)
            registrations.add(
                connection,
                email=new_user.email,
                user_type=new_user.user_type,
                country_code=new_user.country_code,
                staff_id=intent.staff_id,
                attempt_seq=seq,
                at=self._attempts.now(),
            )

        started = self._attempts.start(
            intent,
            new_user.body(),
            request_id=request_id,
            details={"country": new_user.country_code, "type": new_user.user_type},
            effect=keep,
            email=new_user.email,
        )
        if isinstance(started, AlreadySent):
            return self._before(started, new_user.email)
        if not isinstance(started, Attempt):
            return started
        with self._attempts.watched(started):
            try:
                answer = self._registrar.register_user(new_user)
            except PartnerError as error:
                self._attempts.failed(started, error, effect=_refused)
                if not error.outcome_unknown:
                    raise
                return MayHaveHappened(new_user.email, started.seq)
            self._attempts.finish(
                started,
                Outcome.SUCCEEDED,
                {"took_ms": answer.took_ms, "upstream_request": answer.request_id},
                effect=lambda connection, seq: _keep(connection, seq, answer, new_user),
                subject_id=answer.value.id,
            )
        return Done(answer.value.id)

    def find_known(self, email: str) -> UUID | None:
        """Return the user whom we have seen with this email. Asks nobody."""
        with self._database.read() as connection:
            return sightings.find_by_email(connection, email)

    def find_done(self, email: str) -> Registration | None:
        """Return how we registered this email, None where we did not. Asks nobody."""
        with self._database.read() as connection:
            ours = registrations.of_email(connection, email)
        return next((each for each in ours if each.state is RegistrationState.DONE), None)

    def unsettled(self, email: str | None = None) -> Unsettled:
        """Return the newest registrations (of this email) of which nobody knows what came."""
        with self._database.read() as connection:
            found = registrations.unknown(connection, SHOWN, email)
            total = len(found) if email else registrations.count_unknown(connection)
        now = self._attempts.now()
        running = [each for each in found if each.is_open and is_running(each.registered_at, now)]
        lost = [each for each in found if each not in running]
        return Unsettled(tuple(running), tuple(lost), total - len(found))

    def _before(self, repeated: AlreadySent, email: str) -> Result:
        """Tell what came of the form; its body is the same, so its email is too."""
        if repeated.outcome is Outcome.REJECTED:
            return WasRefused(repeated.attempted_at)
        with self._database.read() as connection:
            kept = registrations.of_attempt(connection, repeated.attempt_seq)
        if kept and kept.user_id:
            return Done(kept.user_id)
        return MayHaveHappened(email, repeated.attempt_seq)


def _require_new(connection: Transaction, email: str) -> None:
    """Check that no user with this email was seen or registered here.

    Raises:
        EmailKnownError: one was, or may have been.

    """
    if sightings.find_by_email(connection, email) or registrations.of_email(connection, email):
        raise EmailKnownError


def _refused(connection: Transaction, seq: int) -> None:
    registrations.settle(connection, seq, RegistrationState.REFUSED)


def _keep(connection: Transaction, seq: int, answer: Answer[Registered], new_user: NewUser) -> None:
    user = answer.value
    registrations.settle(connection, seq, RegistrationState.DONE, user.id)
    facts = SeenFacts(
        user_id=user.id,
        email=user.email,
        status=user.status_text,
        country_code=new_user.country_code,
        preferred_language=new_user.preferred_language,
        registered_at=user.created_at,
    )
    sightings.record(connection, [facts], answer.at)
