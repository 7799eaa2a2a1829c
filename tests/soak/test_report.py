"""What a soak counts: requests, their times, and which failed because of what."""

from collections import Counter
from typing import cast

import pytest

from tests.soak.agreement import Journals
from tests.soak.events import DEPLOY, KILL_SERVER, Event
from tests.soak.journal import Journal, Line
from tests.soak.report import Soak, figures


class Agreeing:
    """Journals of which nothing is found."""

    def lost(self) -> list[str]:
        return []

    doubled = unaudited = untrue = lost


def of(lines: list[Line]) -> Soak:
    events = [Event(KILL_SERVER, 10.0, 14.0), Event(DEPLOY, 30.0, 40.0)]
    journals = cast("Journals", Agreeing())
    return Soak(1.0, 0.0, 100.0, Journal(lines), events, [], journals, ("0024", "0025"), Counter())


def good(at: float, took_ms: float = 20.0) -> Line:
    return Line("list", at, took_ms, 200, retry_after=False)


def holds(soak: Soak) -> dict[str, bool | None]:
    return {row.what.partition(" (")[0]: row.holds for row in figures(soak)}


STEADY = [good(float(second)) for second in range(100)]


def test_steady_answers_hold_every_goal() -> None:
    assert False not in holds(of(STEADY)).values()


@pytest.mark.parametrize("at", [9.9, 12.0, 18.0])
def test_a_failure_belongs_to_what_happened_while_it_was_under_way(at: float) -> None:
    during_kill = Line("note", at, 500.0, 502, retry_after=False)
    rows = {row.what: row.measured for row in figures(of([*STEADY, during_kill]))}
    assert rows[f"{KILL_SERVER}: failed requests"] == "1, 1 × 502 (note)"
    assert rows["failed outside of kills, restarts, deploy"] == "0"
    last = rows[f"{KILL_SERVER}: requests failed for · everything runs after"]
    assert last == "0.5 · 4.0 s"


def test_failures_that_go_on_miss_the_goal() -> None:
    failed = [Line("list", at, 10.0, 503, retry_after=True) for at in (10.5, 16.0)]
    assert list(holds(of([*STEADY, *failed])).values()).count(False) == 1


def test_a_failure_with_no_cause_or_in_the_deploy_misses_its_goal() -> None:
    for at in (25.0, 33.0):
        failed = Line("list", at, 5.0, 503, retry_after=True)
        assert list(holds(of([*STEADY, failed])).values()).count(False) == 1


def test_slow_answers_miss_the_goal() -> None:
    slow = [good(float(second), 900.0) for second in range(3)]
    assert list(holds(of([*STEADY, *slow])).values()).count(False) == 1


def test_too_few_requests_miss_the_goal() -> None:
    assert list(holds(of(STEADY[:90])).values()).count(False) == 1
