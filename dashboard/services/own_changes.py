"""What somebody does to their own account, as the audit says it."""

from dashboard.services.audit import Action
from dashboard.services.budgets import REFUSALS
from dashboard.services.ports import Clock
from dashboard.services.recording import note, record
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Transaction
from dashboard.store.staff import StaffMember


class OwnChanges:
    """Records them, each in the transaction that makes it."""

    def __init__(self, chain: Chain, clock: Clock) -> None:
        self._chain = chain
        self._clock = clock

    def record(
        self,
        connection: Transaction,
        action: Action,
        member: StaffMember,
        request_id: str,
        outcome: Outcome = Outcome.SUCCEEDED,
        **details: str | None,
    ) -> None:
        """Record what this person did, or was refused, about themselves; None is left out."""
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=outcome,
            staff_id=member.id,
            subject_kind="staff",
            subject_id=str(member.id),
            details={name: value for name, value in details.items() if value is not None},
            request_id=request_id,
        )
        if outcome is Outcome.REJECTED:
            note(connection, self._chain, entry, REFUSALS)
        else:
            record(connection, self._chain, entry)
