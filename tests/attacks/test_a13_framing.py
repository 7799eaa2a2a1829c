"""T-A13: another site neither frames us nor keeps a hand on our window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from dashboard.services.permissions import Role
from tests.browser.support.stage import AddPerson, Server, come_in
from tests.faults.support.fault_scripts import answer
from tests.faults.support.fault_server import FaultServer

pytestmark = [pytest.mark.long, pytest.mark.browser]


@pytest.fixture
def elsewhere() -> Iterator[FaultServer]:
    """Another site of the same machine: another port is another origin, but the same site."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def victim(chromium: Browser, add_person: AddPerson, server: Server) -> Iterator[Page]:
    """An admin who is logged in; the other site makes the console speak, which is no fault."""
    context = chromium.new_context(base_url=server.base_url)
    page = context.new_page()
    come_in(page, add_person(Role.ADMIN), "/users")
    yield page
    context.close()


PATHS = ("/", "/login", "/users", "/staff/new", "/no-such-page", "/healthz", "/static/none.css")


def test_a_page_of_another_site_stays_blank_around_us(
    victim: Page, server: Server, elsewhere: FaultServer
) -> None:
    for tag in ("iframe src", "object data", "embed src"):
        for path in PATHS:
            html = f"<title>trap</title><{tag}={server.base_url}{path}></{tag.split()[0]}>"
            bait = elsewhere.on(answer(html.encode(), content_type="text/html"))
            victim.goto(bait.replace("127.0.0.1", "localhost"))
            victim.wait_for_load_state("networkidle")
            for frame in victim.frames[1:]:
                assert not frame.url.startswith(server.base_url), (tag, path)
                assert "Partner dashboard" not in frame.content(), (tag, path)


def test_who_opens_us_loses_hold_of_the_window(
    victim: Page, server: Server, elsewhere: FaultServer
) -> None:
    html = b"<title>trap</title><button>go</button>"
    bait = elsewhere.on(answer(html, content_type="text/html"))
    victim.goto(bait.replace("127.0.0.1", "localhost"))
    with victim.context.expect_page() as opened:
        victim.evaluate(f"void (window.held = window.open('{server.base_url}/users'))")
    opened.value.wait_for_load_state("networkidle")
    assert opened.value.evaluate("window.opener") is None
    assert victim.evaluate("held.closed") is True
