"""Registering a user at Qash: once, because users can't be deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dashboard.partner.payloads import NewUser
from dashboard.partner.responses import Answer, Registered
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.conflicts import is_running
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    Failure,
    MayHaveHappened,
    NotSent,
    Operation,
    Refused,
    Sent,
    Succeeded,
    SucceededBefore,
)
from dashboard.services.attempts.withdrawing import StillWanted, Withdrawn, always
from dashboard.services.foundation import Foundation
from dashboard.services.seen import SeenUsers
from dashboard.store import registrations
from dashboard.store.db.database import Transaction
from dashboard.store.directory.rows import SeenUser
from dashboard.store.registrations import Registration, RegistrationState
from dashboard.store.users import sightings
from dashboard.store.users.sightings import KnownUsers

__all__ = ["Done", "EmailKnown", "NewUser", "Registrations", "Result"]

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
class Unsettled:
    """Registrations under way, those whose answers were lost, and how many more there are."""

    running: tuple[Registration, ...]
    lost: tuple[Registration, ...]
    more: int


@dataclass(frozen=True)
class EmailKnown:
    """A user with this email is known here. Nothing was sent, and nothing is recorded."""


Withdrawal = EmailKnown | Withdrawn


class _WithdrawnError(Exception):
    """Undoes the recording."""

    def __init__(self, why: Withdrawal) -> None:
        super().__init__()
        self.why = why


Result = Done | EmailKnown | Refused | NotSent


@dataclass
class _Registration(Operation[Answer[Registered]]):
    new_user: NewUser
    registrar: Registrar
    seen: SeenUsers
    anyway: bool
    is_still_wanted: StillWanted

    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        """Keep the registration; raises _WithdrawnError."""
        email = self.new_user.email
        if not self.is_still_wanted(transaction):
            raise _WithdrawnError(Withdrawn())
        if not self.anyway and (
            sightings.of_email(transaction, email).ids or registrations.of_email(transaction, email)
        ):
            raise _WithdrawnError(EmailKnown())
        registrations.add(
            transaction,
            email=email,
            user_type=self.new_user.user_type,
            country_code=self.new_user.country_code,
            staff_id=self.intent.staff_id,
            attempt_seq=seq,
            at=at,
        )

    def send(self) -> Sent[Answer[Registered]]:
        answer = self.registrar.register_user(self.new_user)
        details = {"took_ms": answer.took_ms, "upstream_request": answer.request_id}
        return Sent(answer, details, answer.value.id)

    def rejected(self, _error: Failure, transaction: Transaction, seq: int) -> None:
        registrations.set_state(transaction, seq, RegistrationState.REFUSED)

    def succeeded(self, answer: Answer[Registered], transaction: Transaction, seq: int) -> None:
        user = answer.value
        registrations.set_state(transaction, seq, RegistrationState.DONE, user.id)
        facts = SeenUser(
            user_id=user.id,
            email=user.email,
            status=user.status_text,
            country_code=self.new_user.country_code,
            preferred_language=self.new_user.preferred_language,
            registered_at=user.created_at,
            phone=self.new_user.phone,
            user_type=self.new_user.user_type,
        )
        self.seen.record(transaction, [facts], answer.at)


class Registrations:
    """Registers users, and returns the outcome."""

    def __init__(
        self,
        registrar: Registrar,
        attempts: Attempts,
        base: Foundation,
    ) -> None:
        self._registrar = registrar
        self._attempts = attempts
        self._database = base.database
        self._clock = base.clock
        self._seen = base.seen

    def register(
        self, intent: Intent, new_user: NewUser, actor: Actor, *, anyway: bool = False
    ) -> Result:
        """Register a user, or return what the same form did before.

        An email that is known here is sent only `anyway`.

        Raises: as `Attempts.perform`.
        """
        result = self.register_if(intent, new_user, actor, always, anyway=anyway)
        return EmailKnown() if isinstance(result, Withdrawn) else result

    def register_if(
        self,
        intent: Intent,
        new_user: NewUser,
        actor: Actor,
        is_still_wanted: StillWanted,
        *,
        anyway: bool,
    ) -> Result | Withdrawn:
        """Do the same, if `is_still_wanted` agrees in the transaction that records it.

        Raises: as `Attempts.perform`.
        """
        registration = _Registration(
            intent,
            new_user.body(),
            {"country": new_user.country_code, "type": new_user.user_type},
            new_user,
            self._registrar,
            self._seen,
            anyway,
            is_still_wanted,
            email=new_user.email,
        )
        try:
            result = self._attempts.perform(registration, actor)
        except _WithdrawnError as withdrawn:
            return withdrawn.why
        match result:
            case Succeeded(answer):
                return Done(answer.value.id)
            case SucceededBefore(seq, at) | MayHaveHappened(seq, at):
                with self._database.read() as connection:
                    kept = registrations.of_attempt(connection, seq)
                return Done(kept.user_id) if kept and kept.user_id else MayHaveHappened(seq, at)
            case _:
                return result

    def known(self, email: str) -> KnownUsers:
        """Return the users seen here with this email. Makes no API call."""
        with self._database.read() as connection:
            return sightings.of_email(connection, email)

    def find_done(self, email: str) -> Registration | None:
        """Return our registration of this email, None where there is none. Makes no API call."""
        with self._database.read() as connection:
            ours = registrations.of_email(connection, email)
        return next((each for each in ours if each.state is RegistrationState.DONE), None)

    def unsettled(self, email: str | None = None) -> Unsettled:
        """Return the newest registrations (of this email) with an unknown outcome."""
        with self._database.read() as connection:
            found = registrations.unknown(connection, SHOWN, email)
            total = len(found) if email else registrations.count_unknown(connection)
        now = self._clock()
        running = [each for each in found if each.is_open and is_running(each.registered_at, now)]
        lost = [each for each in found if each not in running]
        return Unsettled(tuple(running), tuple(lost), total - len(found))
