"""How many tokens a person may ask for in an hour: a stolen session must not mint without end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from dashboard.services.intents import Intent
from dashboard.services.obstacles import nothing_sent
from dashboard.services.ports import Clock
from dashboard.store import audit, token_attempts
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database, Transaction
from dashboard.store.token_attempts import Limited

HOUR = timedelta(hours=1)
IN_PRODUCTION = 10
log = structlog.get_logger()


@dataclass
class TokenLimitError(Exception):
    """Another token would be one too many. Nothing was sent, and nothing of it is recorded."""

    next_at: datetime
    retry_after_s: int


class TokenLimit:
    """At most `most` attempts a person in any hour, over all workers; None: as many as wanted."""

    def __init__(self, most: int | None, database: Database, chain: Chain, clock: Clock) -> None:
        self._most = most
        self._database = database
        self._chain = chain
        self._clock = clock

    def require(self, connection: Transaction, staff_id: int) -> None:
        """Check an attempt inside the transaction that has just recorded it, and so undo it.

        Raises:
            TokenLimitError: it is one too many.

        """
        if self._most is None:
            return
        if next_at := self._full_until(connection, staff_id, self._most + 1):
            seconds = round((next_at - self._clock()).total_seconds())
            raise TokenLimitError(next_at, max(1, seconds))

    def next_at(self, staff_id: int) -> datetime | None:
        """Say from when on somebody may ask for another one; None: now."""
        if self._most is None:
            return None
        with self._database.read() as connection:
            return self._full_until(connection, staff_id, self._most)

    def _full_until(self, connection: Transaction, staff_id: int, count: int) -> datetime | None:
        """Return when the oldest of this many attempts is an hour old; None: there are fewer."""
        now = self._clock()
        # What is dated later than that was made before the clock was put back.
        span = (now - HOUR, now + HOUR)
        made = token_attempts.newest(connection, staff_id, span, count)
        return made[-1] + HOUR if len(made) == count else None

    def refused(self, intent: Intent, *, request_id: str) -> None:
        """Record and log that somebody came to the limit, once an hour.

        Raises:
            NotRecordedError: it could not be recorded; nothing was sent either.

        """
        now = self._clock()
        with nothing_sent(), self._database.write() as connection:
            if token_attempts.was_refused(connection, intent.staff_id, now - HOUR):
                return
            entry = NewEntry(
                at=now,
                action=intent.action,
                outcome=Outcome.REJECTED,
                staff_id=intent.staff_id,
                subject_kind="user" if intent.subject_id else None,
                subject_id=str(intent.subject_id) if intent.subject_id else None,
                details={**token_attempts.REFUSED, "most": self._most},
                request_id=request_id,
            )
            audit.append(connection, self._chain, entry)
        log.warning("tokens_limit", staff_id=intent.staff_id, request_id=request_id)

    def reached(self) -> list[Limited]:
        """Return who came to the limit within the last hour."""
        if self._most is None:
            return []
        with self._database.read() as connection:
            return token_attempts.limited(connection, self._clock() - HOUR)
