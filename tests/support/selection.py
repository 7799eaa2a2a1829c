"""Which tests run when, as far as it follows from what they are."""

import os
from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

import pytest

EACH = {"store", "upgrade"}  # folders in which all is about the database
BY_HAND = {"databases", "counters"}  # what changes a database from outside
T = TypeVar("T")
_seen: set[str] = set()  # modules and test functions of which a test is marked


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark as `long` what is `weekly`, as `database` what can differ between databases.

    Of the modules whose tests are given a database, or make one, that is the first test, for the
    tests of `store` have the statements. It is the first case of every test where they change the
    database by hand or are marked `on_postgres`, and each case where SQL itself is tested.
    """
    if item.get_closest_marker("weekly"):
        item.add_marker("long")
    is_given = "migrated" in getattr(item, "fixturenames", ())
    is_by_hand = bool(BY_HAND & vars(getattr(item, "module", None) or object).keys())
    if not (is_given or is_by_hand) or "browser" in item.path.parts:
        return
    function = f"{item.path}::{getattr(item, 'originalname', item.name)}"
    is_each = EACH & {*item.path.parts} or item.get_closest_marker("each_on_postgres")
    is_every = is_by_hand or item.get_closest_marker("on_postgres")
    if is_each or _is_first(item, function if is_every else str(item.path)):
        item.add_marker("database")


def _is_first(item: pytest.Item, name: str) -> bool:
    """Return whether this is the first quick test of a name, which is then marked."""
    if name in _seen or item.get_closest_marker("long"):
        return False
    _seen.add(name)
    return True


@pytest.hookimpl(trylast=True)  # after those that leave tests out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each process of the run begin with its share of the longest tests."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = longest_first(items, [*map(_seconds, items)], processes)


def longest_first(tests: Sequence[T], seconds: Sequence[int], processes: int) -> list[T]:
    """Return the tests in an order that ends for all processes at about the same time.

    Each process gets a slice of as many tests, and takes those that others have left at the end.
    """
    places = range(len(tests))
    long = sorted((at for at in places if seconds[at]), key=lambda at: -seconds[at])
    short = iter([at for at in places if not seconds[at]])
    order: list[int] = []
    for process in range(processes):
        share = long[process::processes]
        size = (len(tests) - len(order)) // (processes - process)
        order += [*share, *islice(short, max(size - len(share), 0))]
    return [tests[at] for at in (*order, *short)]


def _seconds(item: pytest.Item) -> int:
    """Return how long a test takes, as its mark says (`long(30)`), 0 if it doesn't."""
    return next((mark.args[0] for mark in item.iter_markers("long") if mark.args), 0)
