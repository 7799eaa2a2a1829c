"""Hostile names of users, and sessions that end: pages withstand both."""

import re
from uuid import UUID

from playwright.sync_api import Dialog, Page, expect

from tests.support.servers.simulator_process import RunningSimulator

PAYLOADS = [
    "<img src=x onerror=alert(1)>@example.com",
    '"><svg onload=alert(1)>@example.com',
    "'-alert(1)-'@example.com",
    "{{7*7}}@example.com",
    "</title><script>alert(1)</script>@example.com",
    "javascript:alert(1)//@example.com",
    '" autofocus onfocus=alert(1) x="@example.com',
    "<a href=javascript:alert(1)>x</a>@example.com",
    "\u202egnp.exe@example.com",
    "`${alert(1)}`@example.com",
]

OURS = {"X-Dashboard": "1765000000000"}  # else the page takes it for a stranger's


def test_what_users_call_themselves_stays_text(page: Page, simulator: RunningSimulator) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    ids = []
    for number, text in enumerate(PAYLOADS):
        user_id = f"00000000-0000-4000-8000-{number:012d}"
        fields = ("email", "status", "countryCode", "phone", "preferredLanguage")
        ids.append(simulator.add_user({"id": user_id, **dict.fromkeys(fields, text)}))
    page.goto("/users")
    shown = page.locator("tbody").inner_text()
    page.get_by_role("link", name="Refresh").click()
    page.wait_for_load_state("networkidle")
    for user_id, payload in zip(ids, PAYLOADS, strict=True):
        text = payload.replace("\u202e", "⟨U+202E⟩")
        assert text in shown
        page.goto(f"/users/{user_id}")
        assert text in page.locator("h1").inner_text().replace("\n", "")
        assert text in page.title()
    page.get_by_role("link", name="Refresh").click()
    page.wait_for_load_state("networkidle")
    assert dialogs == []


def test_a_word_without_an_end_does_not_scroll_the_page(
    page: Page, simulator: RunningSimulator
) -> None:
    odd = {**simulator.users()[0], "id": str(UUID(int=7)), "status": "x" * 300}
    simulator.add_user(odd)
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/users", f"/users/{odd['id']}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_session_s_end_is_announced_and_staying_is_one_click(page: Page) -> None:
    page.route(
        "**/session",
        lambda route: (
            route.fulfill(json={"ends_in_s": 100, "can_stay": True}, headers=OURS)
            if route.request.method == "GET"
            else route.continue_()
        ),
    )
    page.evaluate("document.getElementById('session-ends').dataset.first = '0'")
    page.evaluate("watchSession()")
    dialog = page.get_by_role("dialog", name="You’re about to be logged out")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Stay")).to_be_focused()
    page.unroute("**/session")
    with page.expect_response("**/session") as answer:
        page.get_by_role("button", name="Stay").click()
    assert answer.value.json()["ends_in_s"] > 3500
    expect(dialog).to_be_hidden()


def test_a_session_that_ended_elsewhere_leads_to_the_log_in(page: Page) -> None:
    page.context.clear_cookies()
    page.evaluate("watchSession()")
    page.wait_for_url(re.compile("/login"))
