"""The operations that `Attempts.perform` sends once per form, and their results."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from dashboard.mail import MailError
from dashboard.partner.errors import PartnerError
from dashboard.services.attempts.conflicts import BusyElsewhere, InProgress, Superseded
from dashboard.services.attempts.intents import Intent
from dashboard.services.recorder.recorder import Details
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Transaction

T = TypeVar("T")
Failure = PartnerError | MailError
"""Why a call did not succeed; it may have happened where the `outcome_unknown`."""


@dataclass(frozen=True)
class Sent(Generic[T]):
    """An answer, its audit details, and the user that it turned out to be about."""

    answer: T
    details: Details
    subject_id: UUID | None = None


@dataclass
class Operation(ABC, Generic[T]):
    """A call that must not be sent twice, and what our own tables keep of it.

    `opened`, `rejected` and `succeeded` run in the transaction that records the same in the audit
    log, with the number of the attempt. An error in `opened` leaves nothing recorded or sent.
    """

    intent: Intent
    body: Mapping[str, str | None]  # what is sent: the same form with another body is refused
    details: Details  # for the audit log, before it is sent
    reason: str | None = field(default=None, kw_only=True)
    email: str | None = field(default=None, kw_only=True)  # of a user who doesn't exist yet

    @abstractmethod
    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        """Store the operation before it is sent."""

    @abstractmethod
    def send(self) -> Sent[T]:
        """Send the call; raises a `Failure`."""

    @abstractmethod
    def rejected(self, error: Failure, transaction: Transaction, seq: int) -> None:
        """Store that it was refused: nothing happened."""

    @abstractmethod
    def succeeded(self, answer: T, transaction: Transaction, seq: int) -> None:
        """Store the answer."""


@dataclass(frozen=True)
class Succeeded(Generic[T]):
    """The API did it; holds the answer."""

    answer: T


@dataclass(frozen=True)
class SucceededBefore:
    """The same form was sent before, and succeeded."""

    attempt_seq: int
    at: datetime


@dataclass(frozen=True)
class Refused:
    """It was refused or not reached: nothing happened."""

    error: Failure


@dataclass(frozen=True)
class RefusedBefore:
    """The same form was sent before, and the API refused it then."""

    at: datetime


@dataclass(frozen=True)
class MayHaveHappened:
    """The answer was lost or could not be read, now or before. Nothing is sent again."""

    attempt_seq: int
    at: datetime


SentBefore = SucceededBefore | RefusedBefore | MayHaveHappened
NotSent = SentBefore | InProgress | BusyElsewhere | Superseded
Result = Succeeded[T] | Refused | NotSent


def sent_before(outcome: Outcome | None, seq: int, at: datetime) -> SentBefore:
    """Return the result of a form that was sent before."""
    match outcome:
        case Outcome.SUCCEEDED:
            return SucceededBefore(seq, at)
        case Outcome.REJECTED:
            return RefusedBefore(at)
        case _:
            return MayHaveHappened(seq, at)
