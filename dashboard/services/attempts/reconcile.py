"""How an attempt whose outcome is *unknown* gets its third and last row of the audit, once.

Who found out what came of it: the worker, somebody who opened a page, somebody who pressed the
button, or a later attempt whose answer tells of the one before.
"""

from collections.abc import Mapping
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.ports import Clock
from dashboard.store.attempts import attempts
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import SETTLED_BY, Chain, NewEntry, Outcome
from dashboard.store.db.database import Transaction


class OutcomeRecorder:
    """Appends the row."""

    def __init__(self, attempts_: Attempts, chain: Chain, clock: Clock) -> None:
        self._attempts = attempts_
        self._chain = chain
        self._clock = clock

    def settle(
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

        False where the attempt is not *unknown*: it runs, has its outcome, or was settled before.
        """
        self._attempts.give_up(connection)
        kept = attempts.find_unknown(connection, seq)
        if kept is None:
            return False
        about = {"subject_kind": "user", "subject_id": str(subject_id)} if subject_id else {}
        values = {**kept, **about, "staff_id": by.staff_id, "request_id": by.request_id}
        entry = NewEntry(
            at=self._clock(),
            outcome=outcome,
            attempt_seq=seq,
            details={SETTLED_BY: by.via.value, **details},
            **values,
        )
        audit.append(connection, self._chain, entry)
        return True
