"""Why a form is not sent: it was sent before, the user is busy, or someone else was quicker.

Or it cannot be recorded. In each case nothing is sent, and the sender is told why.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.services.attempts.intents import Intent
from dashboard.store.attempts import attempts
from dashboard.store.attempts.attempts import ConcurrentAttempt, Span
from dashboard.store.audit import triggers as audit_triggers
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database, StoreError, Transaction

RUNNING_FOR_AT_MOST = timedelta(seconds=60)


class NotRecordedError(StoreError):
    """Nothing could be recorded, so nothing was sent."""


class UnguardedError(NotRecordedError):
    """The audit lost a trigger: it could be changed unnoticed, so nothing was sent."""


class AnotherBodyError(Exception):
    """The form was sent before with other content; nothing is done now."""


@dataclass(frozen=True)
class InProgress:
    """The same form was sent before, and its call has no outcome yet."""

    since_at: datetime


@dataclass(frozen=True)
class BusyElsewhere:
    """Another call about the same user has no answer yet. Nothing was sent."""

    staff_name: str
    action: str
    since_at: datetime


@dataclass(frozen=True)
class Superseded:
    """Another form did the same after this one was opened. Nothing was sent."""

    staff_name: str
    action: str
    outcome: Outcome
    at: datetime


@contextmanager
def recording(database: Database) -> Iterator[Transaction]:
    """Record an action before it is sent, in a transaction; an error means that nothing was sent.

    Raises:
        NotRecordedError: the database cannot be used.
        UnguardedError: what is recorded could be changed unnoticed.

    """
    try:
        with database.write() as connection:
            if missing := audit_triggers.missing_triggers(connection):
                raise UnguardedError(f"the audit has lost {', '.join(sorted(missing))}")
            yield connection
    except NotRecordedError:
        raise
    except StoreError as error:
        raise NotRecordedError(str(error)) from error


def is_running(at: datetime, now: datetime) -> bool:
    """Return whether an attempt of that time may still run, if it has no outcome.

    One from the future was made before the clock was put back: nothing hangs until then.
    """
    return abs(now - at) < RUNNING_FOR_AT_MOST


def running_span(now: datetime) -> Span:
    """Return the time span in which an attempt may still run."""
    return now - RUNNING_FOR_AT_MOST, now + RUNNING_FOR_AT_MOST


def find_busy(connection: Transaction, user_id: UUID, now: datetime) -> BusyElsewhere | None:
    """Return the attempt in progress about this user, if there is one."""
    return _busy(attempts.rivals(connection, running_span(now), user_id=user_id), now)


def find_rival(
    connection: Transaction,
    intent: Intent,
    email: str | None,
    body_macs: Sequence[str],
    now: datetime,
) -> BusyElsewhere | Superseded | None:
    """Return the running attempt on the same user, else a later one with the same action."""
    rivals = attempts.rivals(
        connection,
        running_span(now),
        intent.opened_seq,
        user_id=intent.subject_id,
        email=email,
        action=intent.action,
        body_macs=body_macs,
    )
    if busy := _busy(rivals, now):
        return busy
    for each in rivals:
        is_later = each.seq > intent.opened_seq and each.action == intent.action
        if is_later and each.outcome is not Outcome.REJECTED:  # nothing was done then
            outcome = each.outcome or Outcome.UNKNOWN
            return Superseded(each.staff_name, each.action, outcome, each.at)
    return None


def _busy(rivals: Iterable[ConcurrentAttempt], now: datetime) -> BusyElsewhere | None:
    for each in rivals:
        if each.outcome is None and is_running(each.at, now):
            return BusyElsewhere(each.staff_name, each.action, each.at)
    return None
