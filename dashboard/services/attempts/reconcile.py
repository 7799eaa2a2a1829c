"""Reconciliation: an attempt of *unknown* outcome gets its third and last audit row, once.

The outcome is found by the worker, by opening a page, by pressing the button, or by a later
attempt whose answer reveals the earlier one.
"""

from collections.abc import Mapping
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.attempts import attempts
from dashboard.store.audit.chain import SETTLED_BY, Chain, Outcome
from dashboard.store.db.database import Transaction
from dashboard.store.jobs import rows as job_rows
from dashboard.store.lab import runs as lab_runs


class OutcomeRecorder:
    """Records the outcome of an attempt whose answer was lost."""

    def __init__(self, attempts_: Attempts, chain: Chain, clock: Clock) -> None:
        self._attempts = attempts_
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock

    def record(
        self,
        connection: Transaction,
        seq: int,
        outcome: Outcome,
        by: Actor,
        details: Mapping[str, str],
        *,
        subject_id: UUID | None = None,
    ) -> bool:
        """Record the outcome inside the caller's `write()`, with what follows from it.

        Return False if the attempt is not *unknown*: it runs, has an outcome, or was settled
        before.
        """
        self._attempts.expire_abandoned_in(connection)
        stored = attempts.find_unknown(connection, seq)
        if stored is None:
            return False
        self._recorder.append_bounded(
            connection,
            stored.action,
            by,
            Subject.user(subject_id) or Subject.stored(stored.subject_kind, stored.subject_id),
            outcome,
            attempt_seq=seq,
            intent=stored.intent,
            details={SETTLED_BY: by.via.value, **details},
        )
        job_rows.settle(connection, stored.intent, outcome, subject_id)
        lab_runs.settle(connection, stored.intent, outcome, self._clock())
        job_rows.settle_overtaken(connection, seq, outcome)
        return True
