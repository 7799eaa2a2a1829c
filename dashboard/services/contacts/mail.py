"""Emails to users: recorded before they are sent, sent once, and never beyond the hourly limit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import structlog

from dashboard.mail import MailError
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    Failure,
    NotSent,
    Operation,
    Refused,
    Sent,
    Succeeded,
)
from dashboard.services.foundation import Foundation
from dashboard.services.ports import Clock, Mailer
from dashboard.store.contacts import emails
from dashboard.store.contacts import log as store
from dashboard.store.contacts.emails import SentEmail
from dashboard.store.contacts.kinds import ContactKind
from dashboard.store.db.database import Transaction
from dashboard.store.owners import owners

HOUR = timedelta(hours=1)
SHOWN = 5
log = structlog.get_logger()


@dataclass(frozen=True)
class Letter:
    """An email to a user, with the language and the situation that its text was written for."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    language: str
    situation: str

    @property
    def sent(self) -> Mapping[str, str]:
        """What is sent."""
        return {"to": self.to, "subject": self.subject, "body": self.body}


@dataclass(frozen=True)
class MailLimitReached:
    """All staff together sent as many emails as they may within an hour; the next one `next_at`."""

    most: int
    next_at: datetime
    retry_after_s: int


@dataclass(frozen=True)
class MailRefused:
    """The mail server refuses it or is out of reach: it was not sent.

    `status` is the server's answer, None where none came, and `said` its words.
    `is_about_recipient`: it takes no mail for this address. `is_temporary`: the same email may be
    taken later.
    """

    status: int | None
    is_about_recipient: bool
    is_temporary: bool
    said: str = field(default="", repr=False)


Check = Callable[[Transaction], None]
"""Asked in the transaction that records an email: an error leaves nothing recorded or sent."""


class _LimitError(Exception):
    """The limit is reached. Nothing was sent or recorded."""

    def __init__(self, reached: MailLimitReached) -> None:
        super().__init__()
        self.reached = reached


@dataclass
class _Email(Operation[None]):
    """One email. Until the server takes it, the contact log has it as not confirmed."""

    user_id: UUID
    letter: Letter
    mailer: Mailer
    most: int
    clock: Clock
    check: Check

    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        self.check(transaction)
        if reached := _find_limit(transaction, self.most, self.clock()):
            raise _LimitError(reached)
        store.add(
            transaction,
            self.user_id,
            self.intent.staff_id,
            ContactKind.EMAIL_UNCONFIRMED,
            at,
            language=self.letter.language,
            situation=self.letter.situation,
            audit_seq=seq,
        )
        owners.touch(transaction, self.user_id, self.intent.staff_id, at)

    def send(self) -> Sent[None]:
        begun_s = monotonic()
        self.mailer.send(self.letter.to, self.letter.subject, self.letter.body)
        return Sent(None, {"took_ms": round((monotonic() - begun_s) * 1000)})

    def rejected(self, _error: Failure, transaction: Transaction, seq: int) -> None:
        store.forget(transaction, seq)

    def succeeded(self, _answer: None, transaction: Transaction, seq: int) -> None:
        store.set_kind(transaction, seq, ContactKind.EMAIL_SENT)


Mailed = Succeeded[None] | MailRefused | Refused | NotSent | MailLimitReached


class UserMail:
    """Sends emails to users, where that is set up."""

    def __init__(
        self, mailer: Mailer | None, attempts: Attempts, base: Foundation, *, per_hour: int
    ) -> None:
        self._mailer = mailer
        self._attempts = attempts
        self._database = base.database
        self._clock = base.clock
        self.per_hour = per_hour

    def send(
        self, intent: Intent, letter: Letter, actor: Actor, check: Check = lambda _: None
    ) -> Mailed:
        """Send an email to the intent's user, once per form, or return why it is not sent.

        Raises: as `Attempts.perform`, and what `check` raises.
        """
        if self._mailer is None or intent.subject_id is None:
            raise LookupError("no mail server, or an intent without a user")
        email = _Email(
            intent,
            letter.sent,
            {"language": letter.language, "situation": letter.situation},
            intent.subject_id,
            letter,
            self._mailer,
            self.per_hour,
            self._clock,
            check,
        )
        try:
            result = self._attempts.perform(email, actor)
        except _LimitError as error:
            return error.reached
        if isinstance(result, Refused) and isinstance(result.error, MailError):
            why = result.error
            log.warning("user_mail_failed", cause=str(why), status=why.status)
            return MailRefused(why.status, why.is_about_recipient, why.is_temporary, why.said)
        return result

    def find_limit(self) -> MailLimitReached | None:
        """Return the hourly limit where it is reached, None where another email may be sent."""
        with self._database.read() as connection:
            return _find_limit(connection, self.per_hour, self._clock())

    def count_left(self) -> int:
        """Return how many more emails may be sent now."""
        now = self._clock()
        with self._database.read() as connection:
            return max(0, self.per_hour - emails.count(connection, _span(now)))

    def sent_to(self, user_id: UUID) -> list[SentEmail]:
        """Return the last emails to a user, newest first."""
        with self._database.read() as connection:
            return emails.of_user(connection, user_id, SHOWN)


def _find_limit(connection: Transaction, most: int, now: datetime) -> MailLimitReached | None:
    oldest = emails.nth_newest(connection, _span(now), most)
    if oldest is None:
        return None
    next_at = oldest + HOUR
    seconds = max(1, round((next_at - now).total_seconds()))
    return MailLimitReached(most, next_at, seconds)


def _span(now: datetime) -> tuple[datetime, datetime]:
    """Return the hour that counts; later emails are from before the clock was put back."""
    return now - HOUR, now + HOUR
