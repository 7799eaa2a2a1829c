"""Audit rows of the API credentials: a hint names the pair, never more of it."""

from dashboard.services.audit import Action
from dashboard.services.ports import Clock
from dashboard.services.recording import record
from dashboard.services.staff import Actor
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Transaction

BY_ITSELF = Actor()


class CredentialsLog:
    """Appends to the audit inside the caller's transaction."""

    def __init__(self, chain: Chain, clock: Clock) -> None:
        self._chain = chain
        self._clock = clock

    def record(
        self,
        connection: Transaction,
        action: Action,
        by: Actor,
        pair_id: int | None = None,
        *,
        outcome: Outcome = Outcome.SUCCEEDED,
        attempt: int | None = None,
        reason: str | None = None,
        **details: str | int | None,
    ) -> int:
        """Append one row; return its number."""
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=outcome,
            staff_id=by.staff_id,
            subject_kind="credentials",
            subject_id=str(pair_id) if pair_id else None,
            attempt_seq=attempt,
            reason=reason,
            details=details,
            request_id=by.request_id,
        )
        return record(connection, self._chain, entry)
