"""One dangerous action: recorded before it is done, done once, and its outcome recorded.

`start` commits the intent and the audit row *attempted* together; only then is anything sent.
Leaving an attempt without an outcome records *unknown*; after a crash the next attempt or start
does. The same form again gets what was recorded; with another body it is refused.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dashboard.crypto.keyring import Keys
from dashboard.partner.errors import PartnerError
from dashboard.services.attempts.conflicts import (
    AlreadySent,
    AnotherBodyError,
    Before,
    BusyElsewhere,
    InProgress,
    find_busy,
    find_rival,
    is_running,
    nothing_sent,
    require_triggers,
    running_span,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import record
from dashboard.store.attempts import attempts, intents
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database, StoreError, Transaction

# An outcome may be the only copy of a link: it is worth a wait, within what a shutdown leaves.
OUTCOME_WAIT_MS = 12_000
Details = Mapping[str, str | int | bool | None]
Effect = Callable[[Transaction, int], None]


class OutcomeLostError(StoreError):
    """The call was made, and what came of it could not be recorded: it stays *unknown*."""


@dataclass
class Attempt:
    """An attempt that is under way: its audit row stands, the call may be made."""

    intent: Intent
    seq: int
    at: datetime
    request_id: str
    finished: bool = field(default=False, init=False)


class Attempts:
    """Starts and finishes attempts."""

    def __init__(
        self, database: Database, chain: Chain, fingerprint_keys: Keys, clock: Clock
    ) -> None:
        self._database = database
        self._chain = chain
        self._keys = fingerprint_keys
        self._clock = clock

    def start(
        self,
        intent: Intent,
        body: Mapping[str, str | None],
        *,
        request_id: str,
        reason: str | None = None,
        details: Details | None = None,
        effect: Effect | None = None,
        email: str | None = None,
    ) -> Attempt | Before:
        """Record that something is about to be sent, or say what was sent before.

        `effect` runs in the same transaction, with the number of the attempt. `email` is whom
        it is about where there is no user yet.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            NotRecordedError: nothing could be recorded, so nothing may be sent.
            UnguardedError: what is recorded could be changed unnoticed, so nothing may be sent.

        """
        body_macs, at = self._macs(body), self._clock()
        with nothing_sent(), self._database.write() as connection:
            require_triggers(connection)
            self.give_up(connection)
            if used := intents.find(connection, intent.nonce):
                if used.body_mac not in body_macs:
                    raise AnotherBodyError
                return self._before(connection, used.attempt_seq, used.created_at)
            if rival := find_rival(connection, intent, email, body_macs, at):
                return rival
            seq = record(
                connection,
                self._chain,
                self._entry(intent, Outcome.ATTEMPTED, at, request_id, details, reason=reason),
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
            if effect:
                effect(connection, seq)
        return Attempt(intent, seq, at, request_id)

    def finish(
        self,
        attempt: Attempt,
        outcome: Outcome,
        details: Details | None = None,
        effect: Effect | None = None,
        *,
        subject_id: UUID | None = None,
    ) -> None:
        """Record the outcome, with what follows from it in the same transaction.

        `subject_id` is whom the attempt turned out to be about, where it was not known before.

        Raises:
            OutcomeLostError: it could not be recorded; the attempt stays without one.

        """
        entry = self._entry(
            attempt.intent,
            outcome,
            self._clock(),
            attempt.request_id,
            details,
            attempt_seq=attempt.seq,
            subject_id=subject_id,
        )
        attempt.finished = True  # one try: what fails now would fail again
        try:
            with self._database.write(OUTCOME_WAIT_MS) as connection:
                audit.append(connection, self._chain, entry)
                if effect:
                    effect(connection, attempt.seq)
        except StoreError as error:
            raise OutcomeLostError(str(error)) from error

    def failed(self, attempt: Attempt, error: PartnerError, effect: Effect | None = None) -> None:
        """Record what an error means: *unknown* where it may have happened, else *rejected*.

        `effect` runs only for the latter.
        """
        outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.REJECTED
        details: Details = {
            "error": type(error).__name__,
            "status": error.status,
            "upstream_request": error.request_id,
        }
        certain = outcome is Outcome.REJECTED
        self.finish(attempt, outcome, details, effect if certain else None)

    def now(self) -> datetime:
        """Return the time, as attempts are stamped with it."""
        return self._clock()

    @contextmanager
    def watched(self, attempt: Attempt) -> Iterator[None]:
        """Record *unknown* for an attempt that is left without an outcome, however it is left."""
        try:
            yield
        finally:
            if not attempt.finished:
                self.finish(attempt, Outcome.UNKNOWN, attempts.LEFT)

    def find_busy(self, user_id: UUID) -> BusyElsewhere | None:
        """Return who is doing something about a user right now."""
        with self._database.read() as connection:
            return find_busy(connection, user_id, self._clock())

    def close_abandoned(self) -> None:
        """Record *unknown* for attempts that a crash left without an outcome."""
        with self._database.write() as connection:
            self.give_up(connection)

    def fingerprint(self, text: str) -> tuple[str, str]:
        """Return a keyed fingerprint of a secret and the id of its key."""
        key = self._keys.current
        return key.mac(text.encode()), key.id

    def give_up(self, connection: Transaction) -> None:
        """Do the same inside the caller's `write()`."""
        now = self._clock()
        for entry in attempts.lost_outcomes(connection, running_span(now), now):
            audit.append(connection, self._chain, entry)

    def _before(self, connection: Transaction, seq: int, at: datetime) -> InProgress | AlreadySent:
        outcome = attempts.find_outcome(connection, seq)
        if outcome is None and is_running(at, self._clock()):
            return InProgress(at)
        return AlreadySent(outcome or Outcome.UNKNOWN, seq, at)

    def _macs(self, body: Mapping[str, str | None]) -> list[str]:
        """Return what tells two bodies apart without keeping either, by the current key first.

        By the older ones too: a form that is sent again after a rotation is still the same form.
        """
        message = json.dumps(dict(body), sort_keys=True).encode()
        return [key.mac(message) for key in self._keys.keys]

    def _entry(  # noqa: PLR0913  one row, everything by name
        self,
        intent: Intent,
        outcome: Outcome,
        at: datetime,
        request_id: str,
        details: Details | None,
        *,
        reason: str | None = None,
        attempt_seq: int | None = None,
        subject_id: UUID | None = None,
    ) -> NewEntry:
        subject = subject_id or intent.subject_id
        return NewEntry(
            at=at,
            action=intent.action,
            outcome=outcome,
            staff_id=intent.staff_id,
            subject_kind="user" if subject else None,
            subject_id=str(subject) if subject else None,
            attempt_seq=attempt_seq,
            intent=intent.nonce,
            reason=reason,
            details=details or {},
            request_id=request_id,
        )
