"""Tests in this folder need Chromium. Their fixtures are in `stage.py`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboard.services.permissions import Role
from tests.browser.support.behind_a_proxy import Behind
from tests.browser.support.stage import PATIENCE_MS, AddPerson, NewContext, Server, come_in, enter
from tests.support.servers.proxy import proxy_to

__all__ = ["AddPerson", "NewContext", "Server", "come_in", "enter"]

QUICK = "test_log_in_filter_page_two_user_and_back"  # in `make test`; the rest is long


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium; without one these tests are skipped loudly, and fail in CI."""
    here = f"{Path(__file__).parent}/"
    for item in items:
        if not str(item.path).startswith(here):
            continue
        item.add_marker("browser")
        if item.name != QUICK:
            item.add_marker("long")


@pytest.fixture
def behind(chromium: Browser, server: Server, add_person: AddPerson) -> Iterator[Behind]:
    """A page of an admin behind a proxy. Errors of scripts fail the test."""
    person = add_person(Role.ADMIN, Role.ISSUER)
    errors: list[str] = []
    with proxy_to(server.base_url) as proxy:
        context = chromium.new_context(permissions=[], viewport={"width": 1280, "height": 800})
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        come_in(page, person, f"{proxy.url}/account")
        yield Behind(page, proxy)
        proxy.pass_on()
        context.close()
    assert not errors
