"""One dangerous action: recorded before it is sent, sent once, and its outcome recorded.

`start` commits the intent and the audit row *attempted* together; only then is anything sent.
Leaving an attempt without an outcome records *unknown*; after a crash the next attempt or start
does. The same form again gets what was recorded; with another body it is refused.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from dashboard.crypto.keyring import Keys
from dashboard.mail import MailError
from dashboard.partner.errors import PartnerError
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import (
    AnotherBodyError,
    BusyElsewhere,
    InProgress,
    find_busy,
    find_rival,
    is_running,
    recording,
    running_span,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    Failure,
    MayHaveHappened,
    NotSent,
    Operation,
    Refused,
    Result,
    SentBefore,
    Succeeded,
    T,
    sent_before,
)
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import NO_DETAILS, AuditRecorder, Details, Subject
from dashboard.store.attempts import attempts, intents
from dashboard.store.attempts.intents import UsedIntent
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database, StoreError, Transaction

# An outcome may be the only copy of a link: it is worth a wait, within what a shutdown leaves.
OUTCOME_WAIT_MS = 12_000


class OutcomeLostError(StoreError):
    """The call was made, but its outcome could not be recorded: it stays *unknown*."""


@dataclass
class Attempt:
    """An attempt in progress: its audit row is written, the call may be made."""

    intent: Intent
    seq: int
    at: datetime
    actor: Actor
    finished: bool = field(default=False, init=False)


class Attempts:
    """Performs dangerous operations: recorded before they are sent, sent once."""

    def __init__(
        self, database: Database, chain: Chain, fingerprint_keys: Keys, clock: Clock
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._keys = fingerprint_keys
        self._clock = clock

    def perform(self, operation: Operation[T], actor: Actor) -> Result[T]:
        """Send an operation, once per form, or return why it is not sent.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            BudgetSpentError: the person reached the action's hourly budget; nothing was sent.
            NotRecordedError: nothing could be recorded, so nothing was sent.
            OutcomeLostError: what came of it could not be recorded.
            Exception: what `operation.opened` raises; nothing was recorded or sent.

        """
        attempt = self.start(operation, actor)
        if not isinstance(attempt, Attempt):
            return attempt
        try:
            sent = operation.send()
        except (PartnerError, MailError) as error:
            return self._failed(attempt, operation, error)
        else:
            self.finish(
                attempt,
                Outcome.SUCCEEDED,
                sent.details,
                partial(operation.succeeded, sent.answer),
                subject_id=sent.subject_id,
            )
            return Succeeded(sent.answer)
        finally:
            if not attempt.finished:
                self.finish(attempt, Outcome.UNKNOWN, attempts.ABANDONED_DETAILS)

    def start(self, operation: Operation[T], actor: Actor) -> Attempt | NotSent:
        """Record that a call is about to be sent, or return the earlier attempt.

        Raises: as `perform`; UnguardedError where what is recorded could be changed unnoticed.
        """
        intent, body_macs, at = operation.intent, self._macs(operation.body), self._clock()
        with recording(self._database) as connection:
            self.expire_abandoned_in(connection)
            if used := intents.find(connection, intent.nonce):
                if used.body_mac not in body_macs:
                    raise AnotherBodyError
                return _earlier(connection, used, at)
            if rival := find_rival(connection, intent, operation.email, body_macs, at):
                return rival
            seq = self._recorder.record(
                connection,
                intent.action,
                actor,
                Subject.user(intent.subject_id),
                Outcome.ATTEMPTED,
                intent=intent.nonce,
                reason=operation.reason,
                details=operation.details,
            )
            intents.add(
                connection,
                nonce=intent.nonce,
                staff_id=intent.staff_id,
                action=intent.action,
                subject_id=intent.subject_id,
                body_mac=body_macs[0],
                attempt_seq=seq,
                at=at,
            )
            operation.opened(connection, seq, at)
        return Attempt(intent, seq, at, actor)

    def finish(
        self,
        attempt: Attempt,
        outcome: Outcome,
        details: Details = NO_DETAILS,
        effect: Callable[[Transaction, int], None] | None = None,
        *,
        subject_id: UUID | None = None,
    ) -> None:
        """Record the outcome, with what follows from it in the same transaction.

        `subject_id` is the user the attempt turned out to be about, if not known before.

        Raises:
            OutcomeLostError: it could not be recorded; the attempt stays without one.

        """
        attempt.finished = True  # one try: what fails now would fail again
        try:
            with self._database.write(OUTCOME_WAIT_MS) as connection:
                self._recorder.append_bounded(
                    connection,
                    attempt.intent.action,
                    attempt.actor,
                    Subject.user(subject_id or attempt.intent.subject_id),
                    outcome,
                    attempt_seq=attempt.seq,
                    intent=attempt.intent.nonce,
                    details=details,
                )
                if effect:
                    effect(connection, attempt.seq)
        except StoreError as error:
            raise OutcomeLostError(str(error)) from error

    def _failed(
        self, attempt: Attempt, operation: Operation[T], error: Failure
    ) -> Refused | MayHaveHappened:
        """Record what an error means: *unknown* where it may have happened, else *rejected*."""
        details: Details = {"error": type(error).__name__, "status": error.status}
        if isinstance(error, PartnerError):
            details = {**details, "upstream_request": error.request_id}
        if error.outcome_unknown:
            self.finish(attempt, Outcome.UNKNOWN, details)
            return MayHaveHappened(attempt.seq, attempt.at)
        self.finish(attempt, Outcome.REJECTED, details, partial(operation.rejected, error))
        return Refused(error)

    def find_earlier(self, nonce: str) -> InProgress | SentBefore | None:
        """Return the attempt that an intent has made, None if it has made none."""
        with self._database.read() as connection:
            used = intents.find(connection, nonce)
            return _earlier(connection, used, self._clock()) if used else None

    def find_busy(self, user_id: UUID) -> BusyElsewhere | None:
        """Return the attempt in progress about a user, if there is one."""
        with self._database.read() as connection:
            return find_busy(connection, user_id, self._clock())

    def expire_abandoned(self) -> None:
        """Record *unknown* for attempts that a crash left without an outcome."""
        with self._database.write() as connection:
            self.expire_abandoned_in(connection)

    def expire_abandoned_in(self, connection: Transaction) -> None:
        """Do the same inside the caller's `write()`."""
        for each in attempts.abandoned(connection, running_span(self._clock())):
            self._recorder.append_bounded(
                connection,
                each.action,
                Actor(each.staff_id, each.request_id),
                Subject.stored(each.subject_kind, each.subject_id),
                Outcome.UNKNOWN,
                attempt_seq=each.seq,
                intent=each.intent,
                details=attempts.ABANDONED_DETAILS,
            )

    def _macs(self, body: Mapping[str, str | None]) -> list[str]:
        """Return fingerprints that tell two bodies apart without keeping either, current key first.

        By the older ones too: a form that is sent again after a rotation is still the same form.
        """
        message = json.dumps(dict(body), sort_keys=True).encode()
        return [key.mac(message) for key in self._keys.newest_first]


def _earlier(connection: Transaction, used: UsedIntent, now: datetime) -> InProgress | SentBefore:
    outcome = attempts.find_outcome(connection, used.attempt_seq)
    if outcome is None and is_running(used.created_at, now):
        return InProgress(used.created_at)
    return sent_before(outcome, used.attempt_seq, used.created_at)
