"""What is in this folder needs Chromium. Its fixtures stand in `stage.py`."""

from pathlib import Path

import pytest

from tests.browser.stage import AddPerson, NewContext, Server, enter

__all__ = ["AddPerson", "NewContext", "Server", "enter"]

QUICK = frozenset({"test_journey.py", "test_token_page.py"})  # in `make test`; the rest is long


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium; without one these tests are skipped loudly, and fail in CI."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker("browser")
        if item.path.name not in QUICK:
            item.add_marker("long")
