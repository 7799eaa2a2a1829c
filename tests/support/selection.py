"""Which tests run when, as far as it follows from what they are."""

import pytest

EACH = {"store", "upgrade"}  # folders in which all is about the database
_seen: set[str] = set()  # test functions of which a case is marked


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark as `long` what is `weekly`, as `database` what can differ between databases.

    That is all that is given one, or makes one: of the cases of a test the first, or each where
    they differ in their SQL, in what columns hold, or in times.
    """
    if item.get_closest_marker("weekly"):
        item.add_marker("long")
    given = "migrated" in getattr(item, "fixturenames", ())
    module = vars(getattr(item, "module", None) or object)
    if not (given or {"databases", "counters"} & module.keys()) or "browser" in item.path.parts:
        return
    is_each = EACH & {*item.path.parts} or item.get_closest_marker("each_on_postgres")
    if is_each or _is_first(item):
        item.add_marker("database")


def _is_first(item: pytest.Item) -> bool:
    """Say that no case of the same test is marked, of the quick ones where there are any."""
    name = f"{item.path}::{getattr(item, 'originalname', item.name)}"
    if name in _seen or item.get_closest_marker("long"):
        return False
    _seen.add(name)
    return True
