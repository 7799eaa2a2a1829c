"""Which tests run when, as far as it follows from what they are."""

import pytest

EACH = {"store", "upgrade"}  # folders in which all is about the database
BY_HAND = {"databases", "counters"}  # what changes a database from outside
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
