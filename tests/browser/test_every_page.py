"""Every page: what axe finds, what scrolls sideways, and how large targets are."""

from collections.abc import Iterator, Sequence
from itertools import cycle, product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.browser.support.every_page import DRAWN, PATHS, findings, user_of
from tests.browser.support.handled import MAIL, handle
from tests.browser.support.stage import run
from tests.browser.support.waiting import start_kyc
from tests.browser.support.worked import PAGES, answers, work
from tests.support.servers.simulator_process import RunningSimulator

ASKED_FOR = "[aria-busy=true]"  # such a part is dimmed
WIDE = 1280
Look = tuple[str, str, int]
LOOKS: list[Look] = [*product(["light", "dark"], ["en", "es"], [WIDE, 390])]
# Each run looks at each page in one look, the weekly one at all pages in each.
EACH_LOOK = [LOOKS, *(pytest.param([look], marks=pytest.mark.weekly) for look in LOOKS)]


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard that can send email, so that every page is there."""
    with run(simulator_process, migrated, tmp_path_factory.mktemp("access"), **MAIL) as server:
        yield server


@pytest.fixture
def admin(add_person: AddPerson) -> tuple[str, str]:
    return add_person(Role.ADMIN)


@pytest.fixture
def at_desk(new_context: NewContext, admin: tuple[str, str]) -> Page:
    """A page of an admin, in English."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, admin, "/users")
    return page


def log_in(page: Page, account: tuple[str, str]) -> None:
    """Log in on the page that is open, in any language."""
    page.locator("#email").fill(account[0])
    page.locator("#password").fill(account[1])
    page.locator("button.primary").click()
    page.wait_for_url(lambda url: "/login" not in url)


def put_on(page: Page, look: Look) -> None:
    """Let the pages that come be in this theme and language."""
    theme, language, _ = look
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.set_extra_http_headers({"Accept-Language": language})


def look_at(page: Page, path: str, look: Look, found: dict[str, list[str]]) -> None:
    """Note what axe finds on the page that is open, as wide as that."""
    width = look[2]
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(DRAWN)  # what follows a change of size has followed
    expect(page.locator(ASKED_FOR)).to_have_count(0)
    found[f"{path} at {width}"] = findings(page)
    page.set_viewport_size({"width": WIDE, "height": 800})


@pytest.mark.parametrize("looks", EACH_LOOK)
def test_axe_finds_nothing_on_any_page(
    new_context: NewContext,
    admin: tuple[str, str],
    at_desk: Page,
    simulator: RunningSimulator,
    looks: Sequence[Look],
) -> None:
    page, changing = new_context().new_page(), cycle(looks)
    states = ("active", "pending", "suspended")
    known = {status: user_of(simulator, status)["id"] for status in states}
    paths = [*(path.format(**known) for path in PATHS), *handle(at_desk, simulator)]
    put_on(page, next(changing))
    page.goto("/login")
    found = {"/login": findings(page)}
    page.locator("#email").fill(admin[0])
    page.locator("#password").fill("wrong")
    page.locator("button.primary").click()
    page.wait_for_selector("#login-error")
    found["/login refused"] = findings(page)
    log_in(page, admin)
    for path, look in zip(paths, changing, strict=False):
        put_on(page, look)
        page.goto(path)
        look_at(page, path, look, found)
        assert page.locator("html").get_attribute("lang") == look[1]
    page.goto("/users/new")
    page.locator("#form button.primary").click()
    page.wait_for_selector("#errors")
    found["/users/new refused"] = findings(page)
    page.evaluate("document.getElementById('session-ends').showModal()")
    found["dialog"] = findings(page)
    assert not {path: problems for path, problems in found.items() if problems}


@pytest.mark.parametrize("looks", EACH_LOOK)
def test_axe_finds_nothing_on_pages_of_what_was_done_to_many(
    new_context: NewContext,
    admin: tuple[str, str],
    at_desk: Page,
    server: Server,
    simulator: RunningSimulator,
    looks: Sequence[Look],
) -> None:
    known = work(at_desk, server, admin[0], simulator)
    page, changing = new_context().new_page(), cycle(looks)
    page.goto("/login")
    log_in(page, admin)
    found: dict[str, list[str]] = {}
    for path, look in zip(PAGES, changing, strict=False):
        put_on(page, look)
        answer = page.goto(path.format(**known))
        assert answer
        assert answer.status == 200, path
        look_at(page, path, look, found)
    for what in answers(page, known, simulator):
        look_at(page, what, look, found)
        put_on(page, look := next(changing))
    assert not {path: problems for path, problems in found.items() if problems}


def test_no_page_scrolls_sideways_except_its_tables(
    at_desk: Page, simulator: RunningSimulator
) -> None:
    page, handled = at_desk, handle(at_desk, simulator)
    user = f"/users/{user_of(simulator, 'suspended')['id']}"
    for path in ("/", "/users", user, "/kyc?lane=not_started", "/no-such-page", *handled):
        page.goto(path)
        for width in (320, 390, 768, 1000):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                path,
                width,
            )


def test_targets_are_large_enough(at_desk: Page, simulator: RunningSimulator) -> None:
    page, handled = at_desk, handle(at_desk, simulator)
    user = f"/users/{simulator.users()[0]['id']}"
    small = {}
    for path in ("/", "/kyc?lane=not_started", "/users", user, *handled):
        answer = page.goto(path)
        assert answer
        assert (answer.status, answer.url.endswith(path)) == (200, True), path
        small[path] = page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, select, summary')]
              .filter((each) => !each.matches('.skip, .sr, p a, [type=hidden]'))
              .filter((each) => !each.closest('tbody th, .timeline span'))
              .map((each) => [each, (each.closest('label.tick') ?? each).getBoundingClientRect()])
              .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
              .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""
        )
    assert not {path: found for path, found in small.items() if found}


def test_an_email_is_seen_whole_before_it_is_sent(
    at_desk: Page, simulator: RunningSimulator
) -> None:
    user = start_kyc(at_desk, "", simulator)
    for width in (390, 1280):
        at_desk.set_viewport_size({"width": width, "height": 800})
        at_desk.goto(f"/users/{user}/mail")
        text = at_desk.get_by_role("textbox", name="Text")
        assert text.evaluate("text => text.scrollHeight <= text.clientHeight"), width
