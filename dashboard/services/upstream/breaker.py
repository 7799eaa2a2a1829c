"""The breaker: while the upstream is down, calls are held back, in all workers together.

It opens after three failed calls in a row, or immediately where the upstream says when to come
back. Once the retry time has passed, a single read, never a write, probes the upstream. Other calls
wait for that probe as long as a read takes, plus the difference that two machines' clocks may have
(`services/clocks.py`); then another read may probe. Each key pair has its own breaker, so that a
new pair starts afresh.

Programs keep to what the upstream asks for (Retry-After). A person waits a minute at most, and
may choose to try immediately: once per outage, from then on ten seconds after the last try.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from dashboard.partner.api import READ_DEADLINE_S
from dashboard.partner.asker import Asker, asker
from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import UnavailableKind
from dashboard.partner.gate import HeldBack, Ticket
from dashboard.partner.http.retry import RETRY_AFTER_MAX_S
from dashboard.partner.telemetry import CallResult
from dashboard.services.clocks import APART
from dashboard.services.ports import Clock
from dashboard.store.db.columns import read_back
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.upstream import breakers
from dashboard.store.upstream.breakers import BreakerRow

THRESHOLD = 3
# A hiccup ends within seconds. After "not you" or "not so often" we ask less.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 2, 2, 2, 5, 10, 20, 40, 60))
FIRST_PAUSE = {CallResult.DOWN: 0, CallResult.REFUSED: 5, CallResult.LIMITED: 5}
PROBE_TAKES = timedelta(seconds=READ_DEADLINE_S + 1)  # with what is written before and after it
PROBE_HELD = PROBE_TAKES + APART
TOLD_AT_MOST = timedelta(seconds=RETRY_AFTER_MAX_S)
PERSON_WAITS_AT_MOST = timedelta(seconds=60)
NOW_AGAIN_AFTER = timedelta(seconds=10)
HELD_WRITE_RETRY_S = 1.0
FAILURES = {  # and why calls are held back after them
    CallResult.DOWN: UnavailableKind.BREAKER,
    CallResult.REFUSED: UnavailableKind.REFUSED,
    CallResult.LIMITED: UnavailableKind.LIMITED,
}
log = structlog.get_logger()


@dataclass(frozen=True)
class Outage:
    """Calls are held back: since when they failed, how, and when one tries again.

    `retry_at` is when a read for a person tries again, `program_retry_at` when one of the worker
    does; `now_at` is when a person may choose to try immediately.
    """

    since_at: datetime
    retry_at: datetime
    program_retry_at: datetime
    now_at: datetime
    result: CallResult
    tries: int


class Breaker:
    """Decides over the database that all workers share; `CallGate` asks it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def enter(self, credentials: Credentials, *, is_write: bool) -> Ticket | HeldBack:
        """Let a call out, or say when to come back.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            row = breakers.find(connection, credentials.id)
        return self.admit(credentials, row, is_write=is_write)

    def admit(
        self, credentials: Credentials, row: BreakerRow | None, *, is_write: bool
    ) -> Ticket | HeldBack:
        """Let a call out, or say when to come back; `row` is how calls have been failing."""
        if row is None or row.retry_at is None:
            return Ticket(credentials, was_failing=row is not None)
        now = self._clock()
        if (held := _waiting(row, now)) is not None:
            return held
        if is_write:  # lost in an outage it would be an unknown outcome
            return _held(row, HELD_WRITE_RETRY_S)
        return self._try(credentials)

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Note how a call ended; one that cannot be noted is logged, and the call still counts."""
        failed = result in FAILURES
        if not (failed or ticket.was_failing or ticket.is_probe):
            return
        try:
            with self._database.write(wait_ms=BRIEFLY_MS) as connection:
                before = breakers.find(connection, ticket.credentials.id)
                if failed:
                    after = _failed(before, ticket, result, retry_after_s, self._clock())
                    breakers.put(connection, after)
                    _log_opening(before, after)
                elif before:
                    breakers.forget(connection, ticket.credentials.id)
                    log.info("breaker_closed", credential=ticket.credentials.id)
        except StoreError as error:
            log.warning("breaker_not_recorded", cause=str(error))

    def find_outage(self, credential: str) -> Outage | None:
        """Return why calls are held back, None while they are not.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            return self.outage(breakers.find(connection, credential))

    def outage(self, row: BreakerRow | None) -> Outage | None:
        """Return why calls are held back by such a breaker, None where they are not."""
        if row is None or row.retry_at is None:
            return None
        retry_at = partial(_next_try_at, row, self._clock())
        return Outage(
            since_at=row.failing_since_at,
            retry_at=retry_at(Asker.PERSON),
            program_retry_at=retry_at(Asker.PROGRAM),
            now_at=retry_at(Asker.NOW),
            result=_result(row),
            tries=row.tries,
        )

    def _try(self, credentials: Credentials) -> Ticket | HeldBack:
        """Become the probe, unless another read already is."""
        try:
            with self._database.write(wait_ms=BRIEFLY_MS) as connection:
                row = breakers.find(connection, credentials.id)
                if row is None or row.retry_at is None:
                    return Ticket(credentials, was_failing=row is not None)
                now = self._clock()
                if (held := _waiting(row, now)) is not None:
                    return held
                if row.probe_until_at:  # the one before hangs: as good as failed
                    row = replace(row, tries=row.tries + 1)
                until = now + PROBE_HELD
                breakers.put(connection, replace(row, probe_until_at=until))
        except StoreError:
            return HeldBack(UnavailableKind.BREAKER, HELD_WRITE_RETRY_S)
        log.info(
            "breaker_tries", credential=credentials.id, asker=asker.get().value, tries=row.tries
        )
        return Ticket(credentials, is_probe=True, probe_until_at=until)


def _waiting(row: BreakerRow, now: datetime) -> HeldBack | None:
    """Return how long to wait, None where it is time to try."""
    left = _next_try_at(row, now, asker.get()) - now
    return _held(row, left.total_seconds()) if left > timedelta() else None


def _next_try_at(row: BreakerRow, now: datetime, who: Asker) -> datetime:
    """Return when the next read may try: after the pause, and once the current one has its answer.

    A read that has no answer by then will get none; it is waited for until its time is up.
    """
    retry_at, until = _retry_at(row, now, who), row.probe_until_at
    if until is None or until - now > PROBE_HELD + APART:
        return retry_at
    answered_at = until - APART
    return max(retry_at, answered_at if answered_at > now else until)


def _retry_at(row: BreakerRow, now: datetime, who: Asker) -> datetime:
    """Return when to try again: now where that is too far off, for the clock was put back."""
    retry_at = row.retry_at or now
    if who.is_person and row.waits_since_at:
        retry_at = min(retry_at, row.waits_since_at + _patience(row, who))
    return retry_at if retry_at - now <= TOLD_AT_MOST + APART else now


def _patience(row: BreakerRow, who: Asker) -> timedelta:
    """Return how long a person waits after a read that failed."""
    if who is Asker.PERSON:
        return PERSON_WAITS_AT_MOST
    return NOW_AGAIN_AFTER if row.tries else timedelta()


def _held(row: BreakerRow, retry_after_s: float) -> HeldBack:
    return HeldBack(FAILURES[_result(row)], retry_after_s)


def _failed(
    before: BreakerRow | None,
    ticket: Ticket,
    result: CallResult,
    retry_after_s: float | None,
    now: datetime,
) -> BreakerRow:
    row = before or BreakerRow(ticket.credentials.id, 0, result.value, now)
    row = replace(row, failures=row.failures + 1, result=result.value)
    is_probing = ticket.is_probe and ticket.probe_until_at == row.probe_until_at
    if row.opened_at and not is_probing:
        return row  # it had begun before the breaker opened, or before the current probe
    told = timedelta(seconds=retry_after_s or 0.0)
    if not (row.opened_at or row.failures >= THRESHOLD or told):
        return row
    row = replace(row, tries=row.tries + 1 if ticket.is_probe else 0)
    return replace(
        row,
        opened_at=row.opened_at or now,
        retry_at=now + (told or _pause(row)),
        waits_since_at=now,
        probe_until_at=None,
    )


def _pause(row: BreakerRow) -> timedelta:
    return PAUSES[min(FIRST_PAUSE[_result(row)] + row.tries, len(PAUSES) - 1)]


def _result(row: BreakerRow) -> CallResult:
    """Return how the calls failed; one that this version cannot read is a failure all the same."""
    result = read_back(CallResult, row.result, CallResult.DOWN)
    return result if result in FAILURES else CallResult.DOWN


def _log_opening(before: BreakerRow | None, after: BreakerRow) -> None:
    if after.opened_at and not (before and before.opened_at):
        log.warning("breaker_opened", credential=after.credential, result=after.result)
