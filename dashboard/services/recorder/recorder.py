"""The only way into the audit log: it bounds everything that a person causes.

`record` is for what a person does: beyond its budget it is refused. `note` is for what happens:
beyond its allowance it is counted, and appended as a sum after the hour. `append_bounded` is for
what is bounded by something else (`tests/rules/test_budgets.py` lists who uses it, and why).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.clocks import latest_end
from dashboard.services.networks import network_of
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import (
    BUDGETS,
    CHANGES,
    HOUR,
    Allowance,
    Budget,
    BudgetSpentError,
)
from dashboard.store.audit import budgets
from dashboard.store.audit import chain as audit
from dashboard.store.audit import sums as audit_sums
from dashboard.store.audit.chain import Chain, NewEntry, Outcome, outcome_of
from dashboard.store.audit.sums import Sum
from dashboard.store.db.database import Transaction, after_commit
from dashboard.store.limits import table as limits
from dashboard.store.owners import owners

Details = Mapping[str, str | int | bool | None]
NO_DETAILS: Details = {}
OTHERS = "others"
_LOOKS = frozenset(
    {Permission.PII_REVEAL, Action.TOKENS_LOOK}
)  # of what is recorded about a user: nothing is done
_SUMMED = ("address", "cause", "method")  # of the details of an entry, what its sum is of


@dataclass(frozen=True)
class Subject:
    """The user, member of staff or thing that an entry is about."""

    kind: str
    id: int | str | UUID | None

    @classmethod
    def user(cls, user_id: UUID | str | None) -> "Subject | None":
        """Return a user as a subject; None where there is none yet."""
        return cls("user", user_id) if user_id else None

    @classmethod
    def stored(cls, kind: str | None, subject_id: str | None) -> "Subject | None":
        """Return the subject of an entry that is there."""
        return cls(kind, subject_id) if kind else None


class AuditRecorder:
    """Appends entries, each in the transaction of what it is about."""

    def __init__(self, chain: Chain, clock: Clock) -> None:
        self._chain = chain
        self._clock = clock

    def record(  # noqa: PLR0913  one row, everything by name
        self,
        transaction: Transaction,
        action: str,
        actor: Actor,
        subject: Subject | None = None,
        outcome: Outcome = Outcome.SUCCEEDED,
        *,
        intent: str | None = None,
        reason: str | None = None,
        budget: Budget | None = None,
        details: Details = NO_DETAILS,
    ) -> int:
        """Record an action of a person; return the number of the entry.

        What the owner of a user does for them keeps the user theirs.

        Raises:
            BudgetSpentError: they reached the action's hourly budget.

        """
        self.require(transaction, action, actor, budget)
        if subject and isinstance(subject.id, UUID) and actor.staff_id and action not in _LOOKS:
            owners.touch(transaction, subject.id, actor.staff_id, self._clock())
        return self.append_bounded(
            transaction,
            action,
            actor,
            subject,
            outcome,
            intent=intent,
            reason=reason,
            details=details,
        )

    def require(
        self, transaction: Transaction, action: str, actor: Actor, budget: Budget | None = None
    ) -> None:
        """Check that someone may do something once more. Raises BudgetSpentError."""
        if actor.staff_id is None:
            return
        held, now = budget or BUDGETS.get(action, CHANGES), self._clock()
        span = (now - HOUR, now + HOUR)
        oldest = budgets.nth_newest(transaction, actor.staff_id, action, span, held.most)
        if oldest:
            raise BudgetSpentError(actor, action, held, oldest + HOUR)

    def note(
        self,
        transaction: Transaction,
        action: str,
        actor: Actor,
        subject: Subject | None,
        outcome: Outcome,
        allowance: Allowance,
        details: Details = NO_DETAILS,
    ) -> bool:
        """Record an event, or count it; return whether it has an entry of its own.

        The `staff_id` of a stranger's actor says whose name they used.
        """
        now = self._clock()
        self.append_sums(transaction)
        whose = f"{allowance.name}/{actor.staff_id if allowance.per_person else ''}"
        if limits.count_in(transaction, f"rows/{whose}", now, HOUR) <= allowance.rows:
            self.append_bounded(transaction, action, actor, subject, outcome, details=details)
            return True
        summed = {name: str(details[name]) for name in _SUMMED if details.get(name)}
        if "address" in summed:
            summed["address"] = network_of(summed["address"])
        counted = Sum(
            action=action,
            outcome=outcome.value,
            staff_id=actor.staff_id,
            details=summed,
            times=1,
            since_at=now,
            ends_at=now + HOUR,
        )
        self._tell(transaction, action, outcome)
        if audit_sums.add_to(transaction, whose, counted):
            return False
        if audit_sums.count(transaction, whose) >= allowance.sums:
            owner = actor.staff_id if allowance.per_person else None
            counted = replace(counted, staff_id=owner, details={"address": OTHERS})
        audit_sums.put(transaction, whose, counted)
        return False

    def append_sums(self, transaction: Transaction) -> None:
        """Append the totals whose hour has ended; what they sum was told as it happened."""
        now = self._clock()
        for each in audit_sums.take_due(transaction, now, latest_end(now, HOUR)):
            self._append(
                transaction,
                each.action,
                Actor(each.staff_id),
                None,
                outcome_of(each.outcome),
                details={
                    **each.details,
                    "count": each.times,
                    "since": each.since_at.isoformat(),
                    "until": each.ends_at.isoformat(),
                },
            )

    def append_bounded(  # noqa: PLR0913  one row, everything by name
        self,
        transaction: Transaction,
        action: str,
        actor: Actor,
        subject: Subject | None = None,
        outcome: Outcome = Outcome.SUCCEEDED,
        *,
        attempt_seq: int | None = None,
        intent: str | None = None,
        reason: str | None = None,
        details: Details = NO_DETAILS,
    ) -> int:
        """Append an entry that something else bounds; return its number."""
        self._tell(transaction, action, outcome)
        return self._append(
            transaction,
            action,
            actor,
            subject,
            outcome,
            attempt_seq=attempt_seq,
            intent=intent,
            reason=reason,
            details=details,
        )

    def _tell(self, transaction: Transaction, action: str, outcome: Outcome) -> None:
        if observer := self._chain.observer:
            after_commit(transaction, lambda: observer(action, outcome.value))

    def _append(  # noqa: PLR0913  as above
        self,
        transaction: Transaction,
        action: str,
        actor: Actor,
        subject: Subject | None,
        outcome: Outcome,
        *,
        attempt_seq: int | None = None,
        intent: str | None = None,
        reason: str | None = None,
        details: Details,
    ) -> int:
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=outcome,
            staff_id=actor.staff_id,
            subject_kind=subject.kind if subject else None,
            subject_id=str(subject.id) if subject and subject.id else None,
            attempt_seq=attempt_seq,
            intent=intent,
            reason=reason,
            details=details,
            request_id=actor.request_id,
        )
        return audit.append(transaction, self._chain, entry)
