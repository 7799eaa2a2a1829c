"""The one way into the audit log for everything that a person causes: it is bounded.

`record` is for what a person does: beyond its budget it is refused. `note` is for what happens:
beyond its allowance it is counted, and appended as a sum after the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.clocks import latest_end
from dashboard.services.networks import network_of
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
from dashboard.store.db.database import Transaction
from dashboard.store.limits import table as limits

Details = Mapping[str, str | int | bool | None]
NO_DETAILS: Details = {}
OTHERS = "others"
_SUMMED = ("address", "cause", "method")  # of the details of a row, what its sum is of


def require(
    connection: Transaction, staff_id: int, action: str, at: datetime, budget: Budget | None = None
) -> None:
    """Check that a person may do something once more. Raises BudgetSpentError."""
    held = budget or BUDGETS.get(action, CHANGES)
    oldest = budgets.nth_newest(connection, staff_id, action, (at - HOUR, at + HOUR), held.most)
    if oldest:
        raise BudgetSpentError(staff_id, action, held, oldest + HOUR)


def note(connection: Transaction, chain: Chain, entry: NewEntry, allowance: Allowance) -> bool:
    """Append what happened, or count it; return whether it is a row of its own.

    Of strangers, `staff_id` says whose name they used.
    """
    append_sums(connection, chain, entry.at)
    whose = f"{allowance.name}/{entry.staff_id if allowance.per_person else ''}"
    if limits.count_in(connection, f"rows/{whose}", entry.at, HOUR) <= allowance.rows:
        audit.append(connection, chain, entry)
        return True
    details = {name: str(entry.details[name]) for name in _SUMMED if entry.details.get(name)}
    if "address" in details:
        details["address"] = network_of(details["address"])
    counted = Sum(
        action=entry.action,
        outcome=entry.outcome.value,
        staff_id=entry.staff_id,
        details=details,
        times=1,
        since_at=entry.at,
        ends_at=entry.at + HOUR,
    )
    if audit_sums.add_to(connection, whose, counted):
        return False
    if audit_sums.count(connection, whose) >= allowance.sums:
        whom = entry.staff_id if allowance.per_person else None
        counted = replace(counted, staff_id=whom, details={"address": OTHERS})
    audit_sums.put(connection, whose, counted)
    return False


def append_sums(connection: Transaction, chain: Chain, now: datetime) -> None:
    """Append the sums whose hour has ended."""
    for each in audit_sums.take_due(connection, now, latest_end(now, HOUR)):
        entry = NewEntry(
            at=now,
            action=each.action,
            outcome=outcome_of(each.outcome),
            staff_id=each.staff_id,
            details={
                **each.details,
                "count": each.times,
                "since": each.since_at.isoformat(),
                "until": each.ends_at.isoformat(),
            },
        )
        audit.append(connection, chain, entry)


@dataclass(frozen=True)
class Subject:
    """The user, member of staff or thing that an entry is about."""

    kind: str
    id: int | str | UUID | None

    @classmethod
    def user(cls, user_id: UUID | str | None) -> "Subject | None":
        """Return a user as a subject; None where there is none yet."""
        return cls("user", user_id) if user_id else None


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
        attempt_seq: int | None = None,
        intent: str | None = None,
        reason: str | None = None,
        budget: Budget | None = None,
        details: Details = NO_DETAILS,
    ) -> int:
        """Record what someone does; return the number of the entry.

        A further entry of an attempt is recorded whatever was spent.

        Raises:
            BudgetSpentError: they reached the action's hourly budget.

        """
        now = self._clock()
        if actor.staff_id is not None and attempt_seq is None:
            require(transaction, actor.staff_id, action, now, budget)
        entry = NewEntry(
            at=now,
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
        """Record what happened, or count it; return whether it has an entry of its own."""
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=outcome,
            staff_id=actor.staff_id,
            subject_kind=subject.kind if subject else None,
            subject_id=str(subject.id) if subject and subject.id else None,
            details=details,
            request_id=actor.request_id,
        )
        return note(transaction, self._chain, entry, allowance)
