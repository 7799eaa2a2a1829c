"""Revealing the personal data of one user to somebody who sees it masked: recorded, or not done."""

from datetime import timedelta
from uuid import UUID

from dashboard.services.obstacles import nothing_sent, require_triggers
from dashboard.services.ports import Clock
from dashboard.services.roles import Permission
from dashboard.store import audit, reveals
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database

ONCE = timedelta(minutes=5)


class Revealing:
    """Records who looks whom up."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

    def record(self, staff_id: int, user_id: UUID, *, request_id: str) -> None:
        """Record that a user's data is about to be shown; the same again within minutes is once.

        Raises:
            NotRecordedError: it could not be recorded, so nothing may be shown.

        """
        now = self._clock()
        entry = NewEntry(
            at=now,
            action=Permission.PII_REVEAL.value,
            outcome=Outcome.SUCCEEDED,
            staff_id=staff_id,
            subject_kind="user",
            subject_id=str(user_id),
            request_id=request_id,
        )
        with nothing_sent(), self._database.write() as connection:
            require_triggers(connection)
            span = (now - ONCE, now + ONCE)
            if not reveals.is_recorded(connection, entry.action, staff_id, user_id, span):
                audit.append(connection, self._chain, entry)
