"""Emails and phone numbers: masked in the source of every page for those who need neither."""

import re
from contextlib import closing
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from dashboard.services.masking.personal import masked, masked_answer, without_personal
from dashboard.services.permissions import Permission, Role, permissions
from dashboard.store.db.database import Database
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from tests.support import databases
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import KYC, TOKEN, registration, send, trail
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

PLAIN = {Role.SUPPORT, Role.KYC, Role.ONBOARDING, Role.ISSUER, Role.ADMIN}
EMAIL, PHONE = "canary.fernandez@canary-bank.example", "+573001234567"
LISTS = ("/", "/users", "/users?status=active", "/kyc", "/kyc?lane=unknown", "/tokens")


@pytest.fixture
def known(simulator: RunningSimulator) -> dict[str, str]:
    """A user whose data is like nothing else on a page."""
    active = next(user for user in simulator.users() if user["status"] == "active")
    known = {**active, "id": str(uuid4()), "email": EMAIL, "phone": PHONE}
    simulator.add_user(known)
    return known


def hidden(page: Page) -> bool:
    """Return whether the response holds neither the email nor the phone number."""
    sent = page.text + str(page.headers)
    parts = (EMAIL, EMAIL.split("@", maxsplit=1)[0], PHONE, PHONE[1:8])
    return not any(part in sent for part in parts)


@all_of(
    "value,shown",
    [
        ("valentina@example.com", "v…a@example.com"),
        ("ana@example.co.uk", "a…@example.co.uk"),
        ("ana@15551234567", "a…@1…7"),
        ("ana@maría.example", "a…@m…a.example"),
        ("a@b.c", "a…@b….c"),
        ("@", "…@…"),
        ("a@b@c.com", "a…@c.com"),
        ("+573001234567", "…67"),
        ("1234", "…"),
        ("", "…"),
    ],
)
def test_a_masked_value_tells_people_apart_and_no_more(value: str, shown: str) -> None:
    assert masked(value) == shown


def test_an_answer_shows_only_what_is_documented_and_impersonal() -> None:
    raw = (
        '{"success": true, "data": {"user": {"id": "7", "email": "ana@example.com", "status": "a",'
        '"phone": 573001234567, "nickname": "Ana", "extra": {"mail": ["ana@example.com", 5]},'
        '"ana@example.com": null, "countryCode": "ana@example.com"}}}'
    )
    text = masked_answer(raw)
    assert "ana" not in text.lower()
    assert "5730" not in text
    for shown in ('"success": true', '"id": "7"', '"status": "a"', '"phone": "…67"', '"…": null'):
        assert shown in text
    assert masked_answer("not JSON: ana@example.com") == "…"


def test_what_people_wrote_loses_the_emails_in_it() -> None:
    text = without_personal("For Ana <ana@example.com>, call +57 300 123 4567 on 2026-11-24")
    assert text == "For Ana <a…@e…e.com>, call …67 on 2026-11-24"


def test_an_email_that_is_written_for_an_address_is_masked_too() -> None:
    text = without_personal("https://verify.example/?email=ana.perez%40bank.example&n=1")
    assert "perez" not in text
    assert "bank" not in text


def test_an_address_that_is_no_link_shows_no_email_to_a_viewer(
    log_in: LogIn, simulator: RunningSimulator, database: Database
) -> None:
    support, viewer = log_in(Role.SUPPORT), log_in(Role.VIEWER)
    user = next(user for user in simulator.users() if user["status"] == "pending")
    address = f"https://verify.example/?email={EMAIL}"
    held = Inquiry(
        UUID(user["id"]),
        InquiryState.HELD,
        datetime.now(UTC),
        inquiry_id="inq_1",
        verification_url=address,
    )
    with database.write() as connection:
        inquiries.add(connection, held, 1)
    assert EMAIL in support.get(f"/users/{user['id']}").text
    assert hidden(viewer.get(f"/users/{user['id']}"))


@pytest.mark.parametrize("role", Role)
def test_who_works_with_users_sees_them_and_the_others_reveal(role: Role) -> None:
    allowed = permissions([role], "production")
    assert (Permission.PII_READ in allowed) == (role in PLAIN)
    assert Permission.PII_READ in allowed or Permission.PII_REVEAL in allowed


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_nothing_that_a_reader_gets_holds_an_email_or_a_phone_number(
    log_in: LogIn, simulator: RunningSimulator, known: dict[str, str], role: Role
) -> None:
    admin, reader = log_in(Role.ADMIN), log_in(role)
    path = f"/users/{known['id']}"
    send(admin, f"{path}/tokens", {**TOKEN, "reason": f"Asked by {EMAIL}, {PHONE}"}, status=200)
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    send(admin, "/users", registration(email=EMAIL, anyway=EMAIL), status=502)
    simulator.set_faults([])
    pages = [reader.get(url) for url in (*LISTS, path, "/users?q=canary")]
    pages += [reader.fragment(path, part) for part in ("record", "user", "next", "timeline")]
    pages += [reader.fragment("/users", "results")]
    if role is Role.AUDITOR:
        pages += [reader.get("/audit"), reader.get("/audit/5"), reader.get("/audit/7")]
        assert "c…z@canary-bank.example" in pages[-1].words
    assert all(hidden(page) for page in pages), [
        page.words[:80] for page in pages if not hidden(page)
    ]
    assert "c…z@canary-bank.example" in pages[1].words
    assert "…67" in pages[6].words
    assert "<title>c…z@canary-bank.example" in pages[6].text
    simulator.set_faults([{"status": 503}])
    assert hidden(reader.get(path, status=503))


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.KYC, Role.ISSUER])
def test_who_works_with_users_needs_no_click(
    log_in: LogIn, known: dict[str, str], role: Role
) -> None:
    page = log_in(role).get(f"/users/{known['id']}")
    assert EMAIL in page.text
    assert PHONE in page.text
    assert "Reveal" not in page.words


def test_a_kyc_start_shows_no_email_to_a_viewer(log_in: LogIn, simulator: RunningSimulator) -> None:
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    support, viewer = log_in(Role.SUPPORT), log_in(Role.VIEWER)
    send(support, f"/users/{pending['id']}/kyc", {**KYC, "email": pending["email"]}, status=303)
    for url in ("/kyc", f"/users/{pending['id']}"):
        assert pending["email"] in support.get(url).text, url
        assert pending["email"] not in viewer.get(url).text, url


def test_revealing_is_recorded_first_and_once_in_five_minutes(
    log_in: LogIn, known: dict[str, str], database: Database, clock: TestClock
) -> None:
    viewer, path = log_in(Role.VIEWER), f"/users/{known['id']}"
    assert "Show email and phone" in viewer.get(path).words
    for _ in range(3):
        page = viewer.post(f"{path}/reveal", status=200)
    assert EMAIL in page.text
    assert PHONE in page.text
    assert "Contact details shown." in page.words
    assert "Show email and phone" not in page.words
    assert page.headers["Cache-Control"] == "no-store"
    assert f'data-masked="{path}"' in page.text
    assert EMAIL not in page.text.split("</title>")[0]
    assert hidden(viewer.get(path))
    assert len(trail(database, "pii:reveal")) == 1
    clock.advance(minutes=6)
    viewer.post(f"{path}/reveal", status=200)
    other = log_in(Role.AUDITOR)
    other.post(f"{path}/reveal", status=200)
    rows = audit_log.entries(database, "pii:reveal")
    assert len(rows) == 3
    assert {(row.subject_kind, row.subject_id) for row in rows} == {("user", known["id"])}
    assert len({row.staff_id for row in rows}) == 2


def test_without_javascript_it_is_masked_again_after_a_minute_as_well(
    log_in: LogIn, known: dict[str, str]
) -> None:
    viewer, path = log_in(Role.VIEWER), f"/users/{known['id']}"
    again = f'<noscript><meta http-equiv="refresh" content="60; url={path}"></noscript>'
    assert again in viewer.post(f"{path}/reveal", status=200).text
    assert again not in viewer.get(path).text


def test_an_address_alone_reveals_nothing(log_in: LogIn, known: dict[str, str]) -> None:
    viewer, path = log_in(Role.VIEWER), f"/users/{known['id']}"
    viewer.post(f"{path}/reveal", status=200)
    assert viewer.get(f"{path}/reveal", status=303).headers["Location"] == path


def test_who_sees_the_data_anyway_has_nothing_to_reveal(
    support: Visitor, known: dict[str, str], database: Database
) -> None:
    support.post(f"/users/{known['id']}/reveal", status=403)
    assert trail(database, "pii:reveal") == [("rejected", None)]


@pytest.mark.long
def test_what_cannot_be_recorded_is_not_revealed(
    log_in: LogIn, known: dict[str, str], database: Database, simulator: RunningSimulator
) -> None:
    viewer, path = log_in(Role.VIEWER), f"/users/{known['id']}"
    viewer.get(path)
    simulator.clear_requests()
    with closing(databases.another(database)) as other, other.write():
        assert hidden(viewer.post(f"{path}/reveal", status=503))
    with database.write() as connection:
        databases.lose(connection, "audit_no_update")
    assert hidden(viewer.post(f"{path}/reveal", status=503))
    assert simulator.requests() == []


def test_while_the_api_is_down_what_was_last_seen_is_revealed_and_masked_again(
    log_in: LogIn, known: dict[str, str], simulator: RunningSimulator
) -> None:
    viewer, path = log_in(Role.VIEWER), f"/users/{known['id']}"
    viewer.get(path)
    simulator.set_faults([{"status": 503}])
    page = viewer.post(f"{path}/reveal", status=503)
    assert re.search(rf'data-masked="{path}".*{EMAIL}', page.text, re.DOTALL)
