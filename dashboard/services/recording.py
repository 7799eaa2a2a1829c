"""The one way into the audit log for everything that a person causes: it is bounded.

`record` is for what a person does: beyond its budget it is refused. `note` is for what happens:
beyond its allowance it is counted, and appended as a sum once the hour is over.
"""

from datetime import datetime

from dashboard.services.budgets import (
    BUDGETS,
    CHANGES,
    HOUR,
    Allowance,
    Budget,
    BudgetSpentError,
)
from dashboard.services.clocks import latest_end
from dashboard.services.networks import network_of
from dashboard.store import audit, audit_sums, budgets, limits
from dashboard.store.audit import Chain, NewEntry, outcome_of
from dashboard.store.audit_sums import Sum
from dashboard.store.database import Transaction

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
        counted = Sum(
            action=entry.action,
            outcome=entry.outcome.value,
            staff_id=entry.staff_id if allowance.per_person else None,
            details={"address": OTHERS},
            times=1,
            since_at=entry.at,
            ends_at=entry.at + HOUR,
        )
    audit_sums.put(connection, whose, counted)
    return False


def append_sums(connection: Transaction, chain: Chain, now: datetime) -> None:
    """Append the sums whose hour is over."""
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
