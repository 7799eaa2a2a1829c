"""Foreign answers replace no page, and are reported."""

import re
import secrets
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import ElementHandle, expect

from tests.browser.support.behind_a_proxy import Behind
from tests.browser.support.waiting import start_kyc
from tests.support.sampling import one_in
from tests.support.servers.proxy import BAD_GATEWAY, FOREIGN, Reply
from tests.support.servers.simulator_process import RunningSimulator

TEMPLATES = Path(__file__).parents[2] / "templates"
READ = "We got no response from the dashboard, so this page may be out of date. Try again."
WRITE = "We got no response from the dashboard, so this may have happened."
PAGES = (
    "/",
    "/users",
    "/users/new",
    "/users/{pending}",
    "/users/{pending}/kyc",
    "/users/{started}",
    "/users/{pending}/kyc/link",
    "/kyc",
    "/kyc?lane=not_started",
    "/audit",
    "/settings/requests",
    "/tokens",
    "/settings/texts/not_started",
)
# As a person makes each kind of element ask: by a click, a key, a choice; or as the page does.
ASK = """(elt) => {
  if (elt.id === "follow") { delete elt.dataset.lost; return htmx.trigger(elt, "follow"); }
  elt.focus({ preventScroll: true });
  if (elt.localName === "form") return elt.requestSubmit();
  if (elt.localName === "select") return elt.dispatchEvent(new Event("change", { bubbles: true }));
  if (elt.localName !== "input") return elt.click();
  elt.value += "x";
  elt.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"""
KIND = """(elt) => [elt.localName, elt.hasAttribute("data-hx-post") ? "post" : "get",
  elt.getAttribute("data-hx-target")]"""
Kind = tuple[str, str, str]
# Tested in test_foreign_parts.py: what asks when a page opens, and what a page loads later.
APART: set[Kind] = {
    ("a", "get", "#count-{{ word }}"),
    ("div", "get", ""),  # the saved views of the navigation
    ("input", "post", "#palette-list"),
}


def kinds_in_templates() -> set[Kind]:
    """Return tag, verb and target of everything in the templates that htmx sends."""
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        for match in re.finditer(r'hx-(get|post)="', text):
            before = text[: match.start()]
            if before.rfind("<") <= before.rfind(">"):
                continue  # a macro of attributes: the page that uses it has the element
            tag = re.findall(r"<([a-z]+)\s", before)[-1]
            rest = text[match.start() : text.index(">", match.start())]
            target = re.search(r'data-hx-target="([^"]*)"', rest)  # or that of what it is in
            found.add((tag, match[1], target[1] if target else ""))
    return found


def kinds_on(behind: Behind) -> dict[Kind, ElementHandle]:
    """Return one element of each kind that the page shows."""
    asks = ":is([data-hx-get], [data-hx-post]):not([data-hx-trigger^=load])"
    elements = behind.page.query_selector_all(asks)
    return {tuple(each.evaluate(KIND)): each for each in reversed(elements)}


def register(behind: Behind) -> str:
    """Fill in the form for a new user; return the email."""
    email = f"{secrets.token_hex(4)}@example.com"
    behind.goto("/users/new")
    behind.page.locator("#email").fill(email)
    behind.page.get_by_label("Country").select_option("CO")
    return email


@pytest.fixture
def paths(behind: Behind, simulator: RunningSimulator) -> list[str]:
    """The pages that ask by htmx, among them one of a user who is followed."""
    pending = next(user["id"] for user in simulator.users() if user["status"] == "pending")
    started = start_kyc(behind.page, behind.proxy.url, simulator)
    register(behind)
    simulator.set_faults([{"method": "POST", "status": 500}])
    behind.page.get_by_role("button", name="Register").click()
    expect(behind.page.get_by_role("heading", name="Registration not confirmed")).to_be_visible()
    simulator.set_faults([])
    return [path.format(pending=pending, started=started) for path in PAGES]


@pytest.mark.parametrize("share", [5, pytest.param(1, marks=pytest.mark.weekly)])
def test_no_foreign_answer_to_any_kind_of_request_changes_a_page(
    behind: Behind, paths: list[str], share: int
) -> None:
    """Each element gets the first answer and one in so many others, the next one the next."""
    seen_kinds: set[Kind] = set()
    first, *others = FOREIGN
    turns = count()
    for path in paths:
        behind.goto(path)
        behind.page.wait_for_load_state("networkidle")
        kinds = kinds_on(behind)
        seen_kinds |= kinds.keys()
        for (tag, verb, target), element in kinds.items():
            element.evaluate("(elt) => elt.focus({ preventScroll: true })")
            for name in (first, *others[next(turns) % share :: share]):
                behind.proxy.stand_in(FOREIGN[name])
                element.evaluate(ASK)
                behind.expect_alert(WRITE if verb == "post" else READ)
                after = behind.seen()
                if name == first:
                    before = after
                    assert "502 Bad Gateway" not in f"{after['text']}{after['title']}", (
                        path,
                        tag,
                        target,
                    )
                assert {**before, "typed": after["typed"]} == after, (path, tag, target, name)
                assert not after["busy"], (path, tag, target, name)
    missed = {
        kind
        for kind in kinds_in_templates() - APART
        if not any(
            kind[:2] == seen[:2]
            and re.fullmatch(re.sub(r"\{\{.*?\}\}", ".+", kind[2]), seen[2] or "")
            for seen in seen_kinds
        )
    }
    assert not missed


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=0))
def test_a_form_keeps_what_was_typed_and_is_sent_once_more_without_doing_it_twice(
    behind: Behind, simulator: RunningSimulator, name: str
) -> None:
    page, email = behind.page, register(behind)
    button = page.get_by_role("button", name="Register")
    label = button.inner_text()
    before = behind.seen()
    behind.proxy.swallow(FOREIGN[name], lambda method, _path: method == "POST")
    button.click()
    alert = page.locator("#toasts [role=alert]")
    expect(alert).to_have_text(re.compile(re.escape(WRITE)))
    expect(alert.get_by_role("link")).to_have_attribute("href", re.compile("/users$"))
    expect(button).to_have_text(label)
    after = behind.seen()
    assert {**before, "focused": after["focused"]} == after
    behind.proxy.pass_on()
    button.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(email)
    assert len([each for each in simulator.requests() if each.method == "POST"]) == 1


def test_a_foreign_log_out_of_the_session_neither_leads_away_nor_loses_what_was_typed(
    behind: Behind,
) -> None:
    behind.goto("/users/new")
    page = behind.page
    page.locator("#email").fill("ana@new.example.com")
    before = behind.seen()
    behind.proxy.stand_in(Reply(401, HX_Redirect="/login"))
    assert page.evaluate("session().catch((error) => error.message)") == (
        "not an answer of this application"
    )
    assert behind.seen() == before
    page.context.clear_cookies()
    behind.proxy.stand_in(BAD_GATEWAY, lambda _method, path: path == "/kept")
    page.evaluate("session()")
    expect(page.locator("#toasts [role=alert]")).to_contain_text("couldn’t keep what you typed")
    assert behind.seen() == before


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=1))
def test_back_to_a_page_that_is_foreign_leaves_the_one_that_is_shown(
    behind: Behind, name: str
) -> None:
    behind.goto("/users")
    page = behind.page
    for status in ("Active", "Banned"):
        page.get_by_role("link", name=status, exact=True).click()
        page.wait_for_url(f"**/users?status={status.lower()}")
        expect(page.get_by_role("link", name=status, exact=True)).to_be_focused()
    before = behind.seen()
    behind.proxy.stand_in(FOREIGN[name])
    page.evaluate("setTimeout(() => history.back(), 20)")
    behind.expect_alert(READ)
    page.wait_for_url("**/users?status=banned")
    assert behind.seen() == before
    behind.proxy.pass_on()
    page.evaluate("setTimeout(() => history.back(), 20)")
    page.wait_for_url("**/users?status=active")
    expect(page.get_by_role("link", name="Active", exact=True)).to_have_attribute(
        "aria-current", "true"
    )


def test_a_passkey_that_cannot_be_asked_for_is_told_and_the_page_stays(behind: Behind) -> None:
    behind.page.context.clear_cookies()
    behind.goto("/login")
    page = behind.page
    page.get_by_label("Work email").fill("ana@example.com")
    button = page.get_by_role("button", name="Passkey")
    for reply in FOREIGN.values():
        behind.proxy.stand_in(reply)
        button.click()
        expect(page.locator("[data-passkey-error]")).to_be_visible()
        expect(button).not_to_have_attribute("aria-busy", "true")
        expect(page.get_by_label("Work email")).to_have_value("ana@example.com")


@pytest.mark.parametrize("name", one_in(6, FOREIGN, at=2))
def test_a_form_that_brings_a_page_is_not_sent_into_the_void(behind: Behind, name: str) -> None:
    behind.goto("/staff/new")
    page = behind.page
    page.locator("#email").fill(f"{secrets.token_hex(4)}@example.com")
    page.locator("#name").fill("Leo Costa")
    page.locator("[name=roles]").first.check()
    before = behind.seen()
    behind.proxy.stand_in(FOREIGN[name])
    button = page.locator("#main button[type=submit]")
    button.click()
    behind.expect_alert("so nothing was sent. Try again.")
    assert {**before, "focused": ""} == {**behind.seen(), "focused": ""}
    behind.proxy.pass_on()
    button.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Leo Costa")
