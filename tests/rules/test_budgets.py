"""Every row that one person can cause at will is bounded: a walk over all that the audit names."""

import ast
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
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
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.schema import audit
from dashboard.store.staff import members as staff
from tests.support.sampling import one_in

NOW = datetime.now(UTC)
MORE = 25  # beyond the budget
RECORDER = "recorder/recorder.py"
# Where a row is appended that no budget counts, and why there cannot be more of them.
BOUNDED_IN = {
    "attempts/attempts.py": "the outcome of an attempt that a budget counted",
    "attempts/reconcile.py": "the one row that settles an attempt",
    "audit/budgets.py": "once an hour, person and action",
    "scenarios/calls.py": "the outcome of an attempt that a budget counted",
    "scenarios/scenarios.py": "the outcome of a run that a budget counted",
    "credentials/rotation.py": "the outcome of a trial that a budget counted",
    "lab/tagging.py": "once a registration, which a budget counted",
    "tokens/hourly_limit.py": "once an hour and person",
    RECORDER: "the rule",
}


@pytest.fixture
def member(database: Database) -> int:
    with database.write() as connection:
        return staff.add(connection, "ana@example.com", "Ana", "", NOW)


@pytest.fixture
def recorder(chain: Chain) -> AuditRecorder:
    """Return a recorder whose clock moves on whenever it is read."""
    ticks = count()
    return AuditRecorder(chain, lambda: NOW + timedelta(milliseconds=next(ticks)))


def made(action: str, staff_id: int) -> dict[str, object]:
    """Return a row as it is stored, of what was done a minute ago."""
    texts = dict.fromkeys(("environment", "key_id", "prev", "mac"), "x")
    done = {"action": action, "staff_id": staff_id, "outcome": "succeeded", "details": "{}"}
    return {**texts, **done, "at": NOW - timedelta(minutes=1)}


def rows(database: Database) -> Counter[str]:
    with database.read() as connection:
        return Counter(row.action for row in connection.execute(audit.select()))


@pytest.mark.parametrize("action", one_in(4, ACTIONS))
def test_whatever_a_person_does_in_a_loop_is_a_bounded_number_of_rows(
    database: Database, recorder: AuditRecorder, member: int, action: str
) -> None:
    most, refused = BUDGETS.get(action, CHANGES).most, list[datetime]()
    with database.write() as connection:
        before = [
            each | {"seq": seq} for seq, each in enumerate([made(action, member)] * (most - 5))
        ]
        connection.execute(insert(audit), before)
        for _ in range(5 + MORE):
            try:
                recorder.record(connection, action, Actor(member))
            except BudgetSpentError as error:
                refused.append(error.next_at)
    assert (rows(database)[action], len(refused)) == (most, MORE)
    assert all(NOW < next_at <= NOW + HOUR for next_at in refused)


# Those of visits and of strangers are met on pages, too: `tests/views/auth/test_strangers.py`.
@pytest.mark.parametrize(
    "allowance", one_in(3, (REFUSALS, VISITS, STRANGERS)), ids=lambda each: each.name
)
def test_whatever_happens_in_a_loop_is_a_bounded_number_of_rows(
    database: Database, recorder: AuditRecorder, chain: Chain, member: int, allowance: Allowance
) -> None:
    """The worst that someone can do: every action, every cause, every network."""
    times = 0
    with database.write() as connection:
        for number in range(2):
            for action in ACTIONS:
                for network in range(5):
                    cause = {"address": f"198.51.{number}.{network}", "cause": f"cause {network}"}
                    who, outcome = Actor(member), Outcome.REJECTED
                    recorder.note(connection, action, who, None, outcome, allowance, cause)
                    times += 1
    assert rows(database).total() == allowance.rows
    with database.write() as connection:
        AuditRecorder(chain, lambda: NOW + HOUR + timedelta(minutes=1)).append_sums(connection)
    assert rows(database).total() <= allowance.rows + allowance.sums + len(ACTIONS)
    with database.read() as connection:
        found = connection.execute(audit.select().where(audit.c.details.contains('"count"'))).all()
    summed = sum(int(row.details.split('"count": ')[1].split(",")[0].rstrip("}")) for row in found)
    assert summed == times - allowance.rows


def test_the_allowance_of_one_person_is_not_that_of_another(
    database: Database, recorder: AuditRecorder, member: int
) -> None:
    def refuse(connection: Transaction, staff_id: int) -> bool:
        who, outcome = Actor(staff_id), Outcome.REJECTED
        return recorder.note(
            connection, "auth:confirm", who, None, outcome, REFUSALS, {"cause": "c"}
        )

    with database.write() as connection:
        other = staff.add(connection, "bea@example.com", "Bea", "", NOW)
        for _ in range(REFUSALS.rows + MORE):
            refuse(connection, member)
        has_row = refuse(connection, other)
    assert has_row


def test_entries_are_made_and_appended_by_the_recorder_only() -> None:
    """Everything else records what was done, notes what happened, or is in the list above."""
    users = {name: set[str]() for name in ("NewEntry", "append_bounded", "append of the chain")}
    for file in Path("dashboard").rglob("*.py"):
        tree = ast.parse(file.read_text())
        for name in _called(tree):
            if name in users:
                users[name].add(f"{file.parent.name}/{file.name}")
    assert users == {
        "NewEntry": {RECORDER},
        "append_bounded": set(BOUNDED_IN),
        "append of the chain": {RECORDER},
    }


def _called(tree: ast.Module) -> Iterator[str]:
    """Return what a module calls; `append` of the chain under whatever name it is imported."""
    chains = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dashboard.store.audit"
        for alias in node.names
        if alias.name == "chain"
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr="append")):
                yield "append of the chain" if module in chains else "append"
            case ast.Call(func=ast.Attribute(attr=name)):
                yield name
            case ast.ImportFrom(module="dashboard.store.audit.chain", names=names):
                if any(each.name == "append" for each in names):
                    yield "append of the chain"
