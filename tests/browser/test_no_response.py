"""A request that gets no response ends, after a time that is longer than the server's own."""

import inspect
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard import gunicorn
from dashboard.partner.client import PartnerClient
from tests.browser.journeys.test_factors import Device
from tests.browser.support.behind_a_proxy import Behind
from tests.browser.support.waiting import start_kyc
from tests.support.servers.proxy import Reply
from tests.support.servers.simulator_process import RunningSimulator

TEMPLATES = Path(__file__).parents[2] / "templates"
SCRIPT = Path(__file__).parents[2] / "static/app-net.js"
SHORT_READS = "Object.assign(LIMIT_MS, { read: 600 })"
LONG_READS = "Object.assign(LIMIT_MS, { read: 60000 })"
# Only this: a form first asks whether the session goes on, and without an answer it isn't sent.
SHORT_WRITES = "Object.assign(LIMIT_MS, { write: 600 })"
READ = "so this page may be out of date. Try again."
NO_FILE = "so no file will come. Try again."
WRITE = "so this may have happened. Check before you try again."
# Put a form with these attributes and a button on the page, and send it as a click does. It
# replaces the row around it, or the form.
SEND = """({ attributes, dialog }) => {
  const form = document.createElement("form");
  for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
  form.innerHTML = "<button type=submit>Send</button>";
  const row = document.createElement("tr");
  row.className = "sent";
  const target = attributes["data-hx-target"] ?? "";
  if (target.startsWith("#") && target !== `#${attributes.id}`) row.id = target.slice(1);
  row.append(form);
  const main = document.getElementById("main");
  if (dialog) {
    main.append(document.createElement("dialog"));
    main.lastChild.append(row);
    main.lastChild.showModal();
  } else main.append(row);
  htmx.process(form);
  form.elements[0].click();
}"""

TAKE_AWAY = """() => {
  document.querySelector("#toasts [role=alert] button").click();
  document.querySelector("#main .sent").remove();
}"""


def forms_in_templates() -> list[tuple[str, dict[str, str]]]:
    """Return every form that posts: where it is, and its attributes, with a path for a value."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(r"\{\{.*?\}\}", "/x", path.read_text())
        for form in re.findall(r"<form\b([^>]*)>", text):
            attributes = dict(re.findall(r'([\w-]+)(?:="([^"]*)")?', form))
            if attributes.get("method") == "post":
                found.append((path.relative_to(TEMPLATES).as_posix(), attributes))
    return found


FORMS = forms_in_templates()
PASSKEY = "components/passkey.html"
FILES = {  # have forms of their own kind
    *("exports/new.html", "exports/proof.html", "jobs/result.html"),
    *("lab/_run.html", "selections/bundle.html", "selections/links.html"),
}


def test_the_limits_are_longer_than_the_server_s_own() -> None:
    limits = re.search(r"LIMIT_MS = \{ read: (\d+), write: (\d+) \}", SCRIPT.read_text())
    assert limits
    server = inspect.signature(PartnerClient).parameters
    assert int(limits[1]) > 2 * 1000 * server["read_deadline_s"].default
    assert int(limits[2]) > 1000 * max(
        server["write_deadline_s"].default, gunicorn.graceful_timeout
    )


def test_a_read_without_a_response_ends_and_can_be_tried_again(behind: Behind) -> None:
    behind.goto("/users")
    page = behind.page
    page.evaluate(SHORT_READS)
    behind.proxy.stand_in("hang")
    page.get_by_role("link", name="Banned", exact=True).click()
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    behind.expect_alert(READ)
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    behind.proxy.pass_on()
    page.evaluate(LONG_READS)
    page.get_by_role("link", name="Banned", exact=True).click()
    page.wait_for_url("**/users?status=banned")


def test_a_form_without_a_response_says_that_it_may_have_happened(behind: Behind) -> None:
    behind.goto("/users/new")
    page = behind.page
    page.evaluate(SHORT_WRITES)
    page.locator("#email").fill("nobody@example.com")
    page.get_by_label("Country").select_option("CO")
    before = behind.seen()
    behind.proxy.stand_in("hang")
    button = page.get_by_role("button", name="Register")
    button.click()
    behind.expect_alert(WRITE)
    assert {**before, "focused": ""} == {**behind.seen(), "focused": ""}
    expect(button).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("reply", ["hang", Reply(204)], ids=["hang", "204"])
def test_a_form_that_brings_a_page_ends_too(
    behind: Behind, simulator: RunningSimulator, reply: Reply | str
) -> None:
    active = next(user["id"] for user in simulator.users() if user["status"] == "active")
    behind.goto(f"/users/{active}/tokens")
    page = behind.page
    page.evaluate(SHORT_WRITES)
    page.get_by_label("Reason").fill("Look at the page")
    before = behind.seen()
    behind.proxy.stand_in(reply, lambda method, _path: method == "POST")
    button = page.get_by_role("button", name="Issue token")
    button.click()
    alert = page.locator("#toasts [role=alert]")
    expect(alert).to_contain_text(WRITE)
    expect(alert.get_by_role("link")).to_have_attribute("href", re.compile("/tokens$"))
    assert {**before, "focused": ""} == {**behind.seen(), "focused": ""}


def test_every_form_of_the_templates_ends_without_a_response(behind: Behind) -> None:
    assert len(FORMS) > 40
    page = behind.page
    behind.goto("/account")
    page.evaluate(SHORT_WRITES.replace("600", "200"))
    behind.proxy.stand_in("hang", lambda method, _path: method == "POST")
    for where, attributes in FORMS:
        if where == PASSKEY or "data-hx-get" in attributes:  # filters: a script reads their list
            continue
        page.evaluate(SEND, {"attributes": attributes, "dialog": where == "base.html"})
        words = NO_FILE if "data-file" in attributes else WRITE
        alert = page.locator("#toasts [role=alert]").filter(has_text=words)
        expect(alert, where).to_be_visible()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("form [aria-busy], form [aria-disabled]")).to_have_count(0)
        page.evaluate(TAKE_AWAY)


@pytest.mark.parametrize("what", ["audit", "kyc"])
def test_a_file_that_does_not_come_is_told_and_one_that_comes_is_not(
    behind: Behind, what: str
) -> None:
    behind.goto(f"/{what}/export")
    page = behind.page
    page.evaluate(SHORT_WRITES.replace("600", "5000"))  # a file comes in less
    page.get_by_label("Reason").fill("Ana Rojas asked for it")
    button = page.get_by_role("button", name=re.compile("^Export"))
    with page.expect_download():
        button.click()
    page.wait_for_timeout(5400)
    expect(page.locator("#toasts [role=alert]")).to_have_count(0)
    behind.proxy.stand_in("hang", lambda method, _path: method == "POST")
    button.click()
    behind.expect_alert(NO_FILE)
    expect(page.get_by_label("Reason")).to_have_value("Ana Rojas asked for it")
    behind.proxy.pass_on()
    with page.expect_download():
        button.click()
    page.wait_for_timeout(5400)
    expect(page.locator("#toasts [role=alert]")).to_have_count(0)


def test_the_forms_of_another_kind_are_known() -> None:
    assert {where for where, attributes in FORMS if "data-file" in attributes} == FILES
    assert {where for where, attributes in FORMS if "data-passkey" in attributes} == {PASSKEY}
    assert "form.submit()" not in "".join(
        path.read_text() for path in SCRIPT.parent.glob("*.js") if path != SCRIPT
    )


def test_the_log_in_ends_without_a_response_and_keeps_the_email(behind: Behind) -> None:
    page = behind.page
    page.context.clear_cookies()
    behind.goto("/login")
    page.evaluate(SHORT_WRITES)
    page.get_by_label("Work email").fill("ana@example.com")
    page.get_by_label("Password").fill("not the password")
    behind.proxy.stand_in("hang", lambda method, _path: method == "POST")
    page.get_by_role("button", name="Log in").click()
    behind.expect_alert(WRITE)
    expect(page.get_by_label("Work email")).to_have_value("ana@example.com")


def test_a_passkey_ends_without_a_response_and_is_asked_for_again(behind: Behind) -> None:
    page = behind.page
    Device(page)
    behind.goto("/account/factors")
    page.get_by_label("Passkey name").fill("This laptop")
    page.evaluate(SHORT_WRITES)
    behind.proxy.stand_in("hang", lambda method, path: method == "POST" and "options" not in path)
    button = page.get_by_role("button", name="Add a passkey")
    for _ in range(2):
        button.click()
        behind.expect_alert(WRITE)
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_a_page_that_follows_tells_once_and_goes_on(
    behind: Behind, simulator: RunningSimulator
) -> None:
    page = behind.page
    user = start_kyc(page, behind.proxy.url, simulator)
    page.evaluate(SHORT_READS)
    behind.proxy.stand_in("hang")
    follow = "htmx.trigger(document.getElementById('follow'), 'follow')"
    page.evaluate(follow)
    behind.expect_alert(READ)
    page.evaluate(follow)
    page.wait_for_timeout(1200)
    expect(page.locator("#toasts [role=alert]")).to_have_count(0)
    behind.proxy.pass_on()
    page.evaluate(LONG_READS)
    simulator.set_status(user, "active")
    page.evaluate(follow)
    expect(page.get_by_role("heading", name="KYC approved")).to_be_visible()


def test_to_stay_without_a_response_is_told_in_the_dialog(behind: Behind) -> None:
    behind.goto("/users")
    page = behind.page
    page.evaluate("ends.showModal()")
    behind.proxy.stand_in("reset")
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("wasn’t extended")
    behind.proxy.pass_on()
    page.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
