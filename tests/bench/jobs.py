"""The job clock: what people come for, in a real browser with an upstream that takes 200 ms.

`make bench ONLY=jobs` prints actions, upstream calls and time of each job beside its goal. A job
that cannot be done fails; a goal that is not met is printed as such.
"""

import re
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts
from dashboard.wiring import build_services
from tests.bench.conftest import Hand, Report
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.servers.simulator_process import RunningSimulator

SLOW = [{"latency_ms": 200}]
WHY = "#next-title"
ROUNDS = 9
TEN = 10


def test_a_caller_s_email_or_id_to_status_why_and_next_step(
    page: Page, simulator: RunningSimulator, report: Report
) -> None:
    simulator.set_faults(SLOW)
    users = [user for user in simulator.users() if user["status"] != "active"][-ROUNDS:]
    for field in ("email", "id"):
        times, actions, calls = [], 0, 0
        for user in users:
            page.goto("/")
            expect(page.locator("#count-banned strong")).not_to_have_text("…")
            simulator.clear_requests()
            hand = Hand(page)
            hand.press("/")
            hand.fill("#find", user[field])
            hand.press("Enter")
            page.wait_for_selector(WHY)
            times.append(hand.took_s)
            actions, calls = hand.actions, max(calls, len(simulator.requests()))
        took_s = median(times)
        report.line(
            f"caller's {field} -> status, why and next step read",
            "<= 3 actions, <= 1 call, <= 0.6 s",
            f"{actions} actions, {calls} call(s), {took_s:.2f} s (median of {len(times)})",
            met=actions <= 3 and calls <= 1 and took_s <= 0.6,
        )


def test_the_first_overdue_link_is_copied(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    simulator: RunningSimulator,
    report: Report,
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "pending")
    link = "https://inquiry.withpersona.com/verify?inquiry-id=inq_overdue"
    with server.database.write() as connection:
        at = datetime.now(UTC) - timedelta(hours=9999)
        facts = SeenFacts(UUID(user["id"]), user["email"], "pending", "CO", None, None)
        held = Inquiry(UUID(user["id"]), InquiryState.HELD, at, verification_url=link)
        inquiries.add(connection, held, None)
        sightings.record(connection, [facts], at)
    simulator.set_faults(SLOW)
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/")
    enter(page, *add_person(Role.KYC))
    hand = Hand(page)
    hand.click("#attention [data-copy]")
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == link
    report.line(
        "log-in -> first overdue KYC link copied",
        "<= 2 clicks",
        f"{hand.actions} click(s), {hand.took_s:.2f} s",
        met=hand.actions <= 2,
    )


def test_ten_test_users_are_registered_and_their_links_in_hand(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, report: Report
) -> None:
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto("/")
    enter(page, *add_person(Role.ONBOARDING))
    simulator.set_faults(SLOW)
    hand, links = Hand(page), set()
    hand.click("a:text-is('Users')")
    hand.click("a:has-text('Register user')")
    hand.click("a:has-text('Generate identity')")
    for number in range(TEN):
        hand.click("#form button.primary")
        page.wait_for_url(re.compile(r"/users/[0-9a-f-]{36}$"))
        hand.click("#next a.primary")
        hand.click("#form button.primary")
        hand.click("#inquiry button[data-copy].primary")
        expect(page.locator("#toasts")).to_contain_text("Copied")
        links.add(page.evaluate("navigator.clipboard.readText()"))
        if number + 1 < TEN:
            hand.click("a:has-text('Register another user')")
            page.wait_for_url(re.compile("/users/new"))
    assert len(links) == TEN
    report.line(
        "ten test users registered, KYC started, links in hand",
        "<= 60 actions",
        f"{hand.actions} actions, {hand.took_s:.1f} s",
        met=hand.actions <= 60,
    )


def test_ten_test_users_are_active_and_their_tokens_in_hand(
    new_context: NewContext,
    add_person: AddPerson,
    server: Server,
    simulator: RunningSimulator,
    report: Report,
) -> None:
    worker = build_services(server.config, server.database).jobs.runner
    page = new_context().new_page()
    page.goto("/")
    enter(page, *add_person(Role.ONBOARDING))
    simulator.set_faults(SLOW)
    hand = Hand(page)
    hand.click("nav a:has-text('Lab')")
    hand.click("label:has(input[name=goal][value=token])")
    hand.fill("#count", str(TEN))
    hand.fill("#reason", "Regression of the card pilot")
    hand.click("#form button.primary")
    page.wait_for_url(re.compile(r"/lab/\d+$"))
    while not worker.work():
        pass
    hand.click("button:has-text('Issue and show tokens')")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TEN} tokens issued")
    assert page.content().count("eyJ") >= TEN
    report.line(
        "ten test users, active, tokens in hand",
        "<= 15 actions, <= 20 s",
        f"{hand.actions} actions, {hand.took_s:.1f} s",
        met=hand.actions <= 15 and hand.took_s <= 20,
    )


def test_somebody_is_added_and_at_work_loses_the_password_and_is_back(
    new_context: NewContext, add_person: AddPerson, simulator: RunningSimulator, report: Report
) -> None:
    simulator.set_faults(SLOW)
    admin = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    admin.goto("/staff")
    enter(admin, *add_person(Role.ADMIN))
    hand = Hand(admin)
    hand.click("a:has-text('Add staff member')")
    hand.fill("#email", "bruno-of-the-bench@example.com")
    hand.fill("#name", "Bruno")
    hand.click("label:has-text('support')")
    hand.click("button.primary")
    added = come_in(hand, new_context().new_page(), "a password of my own")
    report_minutes(report, "added -> first useful page, by a one-time link", added)

    hand = Hand(admin)
    hand.click("a:has-text('Done')")
    hand.click("button:has-text('Create a link')")
    back = come_in(hand, new_context().new_page(), "another password of mine")
    report_minutes(report, "lost password -> back in, by a one-time link", back)


def come_in(admin: Hand, page: Page, password: str) -> Hand:
    """Copy the link that the admin sees, open it elsewhere, and reach a page of use."""
    admin.click("button:has-text('Copy link')")
    expect(admin.page.locator("#toasts")).to_contain_text("Copied")
    hand = Hand(page, admin.actions, admin.started_s)
    page.goto(admin.page.evaluate("navigator.clipboard.readText()"))
    hand.fill("input[autocomplete='new-password']", password)
    hand.click("button.primary")
    page.wait_for_selector("#attention")
    return hand


def report_minutes(report: Report, what: str, hand: Hand) -> None:
    """A machine's hand is quicker than a person's, so each action is given ten seconds."""
    minutes = (hand.took_s + 10 * hand.actions) / 60
    report.line(
        what,
        "<= 3 min, 0 shell commands",
        f"{hand.actions} actions, {minutes:.1f} min at 10 s an action",
        met=minutes <= 3,
    )
