"""The one way into the audit log for everything that a person causes: it is bounded.

`record` is for what a person does: beyond its budget it is refused. `note` is for what happens:
beyond its allowance it is counted, and appended as a sum after the hour.
"""

from dataclasses import replace
from datetime import datetime

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.clocks import latest_end
from dashboard.services.networks import network_of
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import (
    BUDGETS,
    CHANGES,
    HOUR,
    REFUSALS,
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
from dashboard.store.staff.members import StaffMember

OTHERS = "others"
_SUMMED = ("address", "cause", "method")  # of the details of a row, what its sum is of


def record(
    connection: Transaction, chain: Chain, entry: NewEntry, budget: Budget | None = None
) -> int:
    """Append what a person does; return its number. A further row of an attempt always is.

    Raises:
        BudgetSpentError: they reached its hourly budget.

    """
    if entry.staff_id is not None and entry.attempt_seq is None:
        require(connection, entry.staff_id, entry.action, entry.at, budget)
    return audit.append(connection, chain, entry)


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
