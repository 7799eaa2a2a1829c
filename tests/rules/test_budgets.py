"""Every row that one person can cause at will is bounded: a walk over all that the audit names."""

import ast
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from dashboard.services.actors import Actor
from dashboard.services.audit.log import ACTIONS
from dashboard.services.recorder.budgets import (
    BUDGETS,
    CHANGES,
    HOUR,
    REFUSALS,
    STRANGERS,
    VISITS,
    Allowance,
    BudgetSpentError,
)
from dashboard.services.recorder.recorder import AuditRecorder, append_sums, note
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import audit
from dashboard.store.staff import members as staff

NOW = datetime.now(UTC)
MORE = 25  # beyond the budget
# Where a row is appended that no budget counts, and why there cannot be more of them.
APPENDED_IN = {
    "attempts/attempts.py": "the outcome of an attempt that a budget counted",
    "attempts/reconcile.py": "the one row that settles an attempt",
    "backup/checks.py": "a restore, from the command line",
    "tokens/hourly_limit.py": "once an hour and person",
    "recorder/budgets.py": "once an hour, person and action",
    "recorder/recorder.py": "the rule",
}


@pytest.fixture
def member(database: Database) -> int:
    with database.write() as connection:
        return staff.add(connection, "ana@example.com", "Ana", "", NOW)


def entry(action: str, staff_id: int | None, number: int, **details: str) -> NewEntry:
    outcome = Outcome.REJECTED if details else Outcome.SUCCEEDED
    at = NOW + timedelta(milliseconds=number)
    return NewEntry(at=at, action=action, outcome=outcome, staff_id=staff_id, details=details)


def made(action: str, staff_id: int) -> dict[str, object]:
    """Return a row as it is stored, of what was done a minute ago."""
    texts = dict.fromkeys(("environment", "key_id", "prev", "mac"), "x")
    done = {"action": action, "staff_id": staff_id, "outcome": "succeeded", "details": "{}"}
    return {**texts, **done, "at": NOW - timedelta(minutes=1)}


def rows(database: Database) -> Counter[str]:
    with database.read() as connection:
        return Counter(row.action for row in connection.execute(audit.select()))


@pytest.mark.parametrize("action", ACTIONS)
def test_whatever_a_person_does_in_a_loop_is_a_bounded_number_of_rows(
    database: Database, chain: Chain, member: int, action: str
) -> None:
    most, refused = BUDGETS.get(action, CHANGES).most, list[datetime]()
    with database.write() as connection:
        before = [
            each | {"seq": seq} for seq, each in enumerate([made(action, member)] * (most - 5))
        ]
        connection.execute(insert(audit), before)
        recorder = AuditRecorder(chain, lambda: NOW)
        for _ in range(5 + MORE):
            try:
                recorder.record(connection, action, Actor(member))
            except BudgetSpentError as error:
                refused.append(error.next_at)
    assert (rows(database)[action], len(refused)) == (most, MORE)
    assert all(NOW < next_at <= NOW + HOUR for next_at in refused)


@pytest.mark.parametrize("allowance", [REFUSALS, VISITS, STRANGERS], ids=lambda each: each.name)
def test_whatever_happens_in_a_loop_is_a_bounded_number_of_rows(
    database: Database, chain: Chain, member: int, allowance: Allowance
) -> None:
    """The worst that someone can do: every action, every cause, every network."""
    times = 0
    with database.write() as connection:
        for number in range(3):
            for action in ACTIONS:
                for network in range(5):
                    address, cause = f"198.51.{number}.{network}", f"cause {network}"
                    event = entry(action, member, times, address=address, cause=cause)
                    note(connection, chain, event, allowance)
                    times += 1
    assert rows(database).total() == allowance.rows
    with database.write() as connection:
        append_sums(connection, chain, NOW + HOUR + timedelta(minutes=1))
    assert rows(database).total() <= allowance.rows + allowance.sums + len(ACTIONS)
    with database.read() as connection:
        found = connection.execute(audit.select().where(audit.c.details.contains('"count"'))).all()
    summed = sum(int(row.details.split('"count": ')[1].split(",")[0].rstrip("}")) for row in found)
    assert summed == times - allowance.rows


def test_the_allowance_of_one_person_is_not_that_of_another(
    database: Database, chain: Chain, member: int
) -> None:
    with database.write() as connection:
        other = staff.add(connection, "bea@example.com", "Bea", "", NOW)
        for number in range(REFUSALS.rows + MORE):
            note(connection, chain, entry("auth:confirm", member, number, cause="c"), REFUSALS)
        has_row = note(connection, chain, entry("auth:confirm", other, 0, cause="c"), REFUSALS)
    assert has_row


def test_nothing_goes_into_the_audit_past_the_budgets() -> None:
    appending = {
        f"{file.parent.name}/{file.name}"
        for file in Path("dashboard").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr == "append"
        and isinstance(node.value, ast.Name)
        and node.value.id in {"audit", "audit_store", "store_audit"}
    }
    assert appending == set(APPENDED_IN)
