"""KYC starts whose answer was lost: closed by what is seen or answered later.

No call reveals the outcome of a start. Once the user is no longer pending it no longer matters; a
later, deliberate start is answered differently according to whether there was one before.
"""

from uuid import UUID

import structlog

from dashboard.partner.responses import UserStatus
from dashboard.services.actors import Actor
from dashboard.services.attempts.reconcile import OutcomeRecorder
from dashboard.services.ports import Clock
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.kyc import inquiries

BATCH_SIZE = 10
log = structlog.get_logger()


class KycReconciler:
    """Reconciles KYC starts whose outcome is unknown."""

    def __init__(self, outcomes: OutcomeRecorder, database: Database, clock: Clock) -> None:
        self._outcomes = outcomes
        self._database = database
        self._clock = clock

    def saw(self, user_id: UUID, status: str, by: Actor) -> None:
        """Close a user's lost starts where the user is no longer pending; another time if busy."""
        if status == UserStatus.PENDING:
            return
        with self._database.read() as connection:
            open_starts = inquiries.unsettled(connection, user_id)
        if not open_starts:
            return
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                for seq in open_starts:
                    self._outcomes.record(connection, seq, Outcome.SETTLED, by, {"status": status})
        except StoreError as error:
            log.warning("not_settled", cause=str(error))

    def in_progress(self, connection: Transaction, user_id: UUID, by: Actor) -> None:
        """A later start was answered "in progress": it was started, and the link is lost."""
        for seq in inquiries.unsettled(connection, user_id):
            details = {"found": "in progress"}
            self._outcomes.record(connection, seq, Outcome.SETTLED, by, details)

    def started(self, connection: Transaction, user_id: UUID, by: Actor) -> None:
        """A later start was the first one: those before did not happen."""
        for seq in inquiries.unsettled(connection, user_id):
            details = {"found": "started later"}
            if self._outcomes.record(connection, seq, Outcome.REJECTED, by, details):
                inquiries.forget(connection, seq)

    def settle_seen(self, by: Actor) -> None:
        """Close lost starts of users who were seen no longer pending while that failed."""
        with self._database.read() as connection:
            seen = inquiries.settled_by_status(connection, BATCH_SIZE)
        for user_id, status in seen:
            self.saw(user_id, status, by)
