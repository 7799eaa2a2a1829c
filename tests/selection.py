"""Which tests run on PostgreSQL as well."""

import pytest


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark as `database` what can differ between databases: all that is given one, or makes one."""
    given = "migrated" in getattr(item, "fixturenames", ())
    module = vars(getattr(item, "module", None) or object)
    if (given or {"databases", "counters"} & module.keys()) and "browser" not in item.path.parts:
        item.add_marker("database")
