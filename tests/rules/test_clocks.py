"""Times that another machine stamped are compared where ADR 30 says what a difference does."""

import ast
import re
from datetime import timedelta
from pathlib import Path

from dashboard.partner.api import WRITE_DEADLINE_S
from dashboard.services.attempts.conflicts import RUNNING_FOR_AT_MOST
from dashboard.services.clocks import APART
from dashboard.services.registrations.reconcile import AT_WORK
from dashboard.store.db.timeouts import BUSY_TIMEOUT_MS
from tests.rules.code.test_house import ROOT

DASHBOARD = ROOT / "dashboard"
ADR = (ROOT / "docs/adr/0030-clocks-of-several-machines.md").read_text()
READS_CLOCK = {"_clock", "clock", "now"}
COMPARES = {"between", "is_ahead", "is_fresh", "is_open"}


def is_of_now(node: ast.AST) -> bool:
    """Return whether the clock is in an expression, or what was read from it."""
    return any(
        isinstance(each, ast.Name) and each.id == "now"
        if not isinstance(each, ast.Call)
        else getattr(each.func, "attr", getattr(each.func, "id", "")) in READS_CLOCK
        for each in ast.walk(node)
    )


def compares(path: Path) -> bool:
    """Return whether a module compares a time with the clock, or subtracts them."""
    orders = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return any(
        is_of_now(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub))
        or (isinstance(node, ast.Compare) and isinstance(node.ops[0], orders))
    ) or any(calls_for_now(node) for node in ast.walk(ast.parse(path.read_text())))


def calls_for_now(node: ast.AST) -> bool:
    """Return whether something is called that compares times, with the clock or what it said."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name in COMPARES and any(is_of_now(each) for each in node.args)


def test_every_module_that_compares_times_is_in_the_record_and_no_other() -> None:
    paths = [
        path
        for area in ("services", "store", "views", "web", "worker.py")
        for path in (DASHBOARD.rglob(area) if "." in area else (DASHBOARD / area).rglob("*.py"))
    ]
    found = {path.relative_to(DASHBOARD).as_posix() for path in paths if compares(path)}
    entries = re.findall(r"^- (`.*?)\n  - Compares:", ADR, re.MULTILINE | re.DOTALL)
    assert found == {path for entry in entries for path in re.findall(r"`([^`]+)`", entry)}


def test_what_may_still_run_outlasts_a_write_and_clocks_that_differ() -> None:
    write = timedelta(seconds=WRITE_DEADLINE_S, milliseconds=2 * BUSY_TIMEOUT_MS)
    assert write + APART < RUNNING_FOR_AT_MOST
    assert AT_WORK >= 2 * APART
