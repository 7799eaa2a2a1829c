"""Typed forms come back to their owner after a step-up, and after the end of a session."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.pages.confirming import NOT_SENT, REASON, confirm, kept, user, wanted_after
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


def test_what_was_typed_before_a_confirmation_is_shown_again_once(
    admin: Visitor,
    known: tuple[str, str],
    clock: TestClock,
    simulator: RunningSimulator,
    database: Database,
    tokens: str,
) -> None:
    old = intent_of(admin.get(tokens))
    clock.advance(minutes=6)
    simulator.clear_requests()
    sent = admin.post(tokens, {**TOKEN, "intent": old})
    assert simulator.requests() == []
    assert "we’ll show it again as you left it" in admin.get(sent.headers["Location"]).words
    back = confirm(admin, sent, known[1])
    assert back.startswith(f"{tokens}?kept=")
    page = admin.get(back)
    assert f'value="{REASON}"' in page.text
    assert 'value="SUP-1"' in page.text
    assert NOT_SENT in page.words
    assert intent_of(page) != old
    assert kept(database) == 0
    again = admin.get(back)
    assert REASON not in again.text
    assert NOT_SENT not in again.words
    admin.post(tokens, {**TOKEN, "intent": intent_of(page)}, status=200)


def test_what_was_typed_before_the_session_ended_is_shown_after_the_log_in(
    admin: Visitor, known: tuple[str, str], clock: TestClock, tokens: str
) -> None:
    old = intent_of(admin.get(tokens))
    clock.advance(minutes=61)
    sent = admin.post(tokens, {**TOKEN, "intent": old})
    asked = admin.get(sent.headers["Location"])
    assert "You were logged out. Log in to get back to what you typed." in asked.words
    back = admin.log_in(*known, next_path=wanted_after(asked)).headers["Location"]
    page = admin.get(back)
    assert f'value="{REASON}"' in page.text
    assert NOT_SENT in page.words
    assert intent_of(page) != old


def test_under_htmx_it_is_the_same(
    admin: Visitor, known: tuple[str, str], clock: TestClock, simulator: RunningSimulator
) -> None:
    path = f"/users/{user(simulator, 'pending')}/kyc"
    fields = {**KYC, "intent": intent_of(admin.get(path))}
    clock.advance(minutes=61)
    on = {**HTMX, "HX-Current-URL": f"http://localhost{path}?again=1", "HX-Target": "form"}
    sent = admin.post(path, fields, status=401, headers=on)
    asked = admin.get(sent.headers["HX-Redirect"])
    wanted = wanted_after(asked)
    assert wanted.startswith(f"{path}?again=1&kept=")
    page = admin.get(str(admin.log_in(*known, next_path=wanted).headers["Location"]))
    assert 'value="Pérez Nguyễn"' in page.text
    assert NOT_SENT in page.words


@pytest.mark.parametrize(
    ("form", "path", "fields", "shown"),
    [
        ("/users/new", "/users", registration(email="typed@example.com"), "typed@example.com"),
        ("/staff/new", "/staff", {"email": "typed@example.com", "roles": "kyc"}, "typed@example"),
        ("/settings/credentials", "/settings/credentials/freeze", {"reason": "Leaked"}, "Leaked"),
        ("/account", "/account", {"name": "Ana typed"}, "Ana typed"),
        ("/tokens/privy", "/tokens/privy", {"reason": "Migration"}, "Migration"),
    ],
)
def test_every_form_comes_back_as_it_was(
    admin: Visitor,
    known: tuple[str, str],
    clock: TestClock,
    form: str,
    path: str,
    fields: dict[str, str],
    shown: str,
) -> None:
    admin.get(form)
    clock.advance(minutes=61)
    back = wanted_after(admin.get(admin.post(path, fields).headers["Location"]))
    assert back.startswith(f"{form}?kept=")
    admin.log_in(*known)
    page = admin.get(back)
    assert f'value="{shown}' in page.text
    assert NOT_SENT in page.words


def test_a_link_from_elsewhere_comes_back_too(
    admin: Visitor, known: tuple[str, str], clock: TestClock, simulator: RunningSimulator
) -> None:
    link = f"/users/{user(simulator, 'pending')}/kyc/link"
    admin.get(link)
    clock.advance(minutes=61)
    url = "https://inquiry.withpersona.com/verify"
    back = wanted_after(admin.get(admin.post(link, {"url": url}).headers["Location"]))
    admin.log_in(*known)
    assert f'value="{url}"' in admin.get(back).text


def test_roles_come_back_as_they_were_chosen(
    admin: Visitor, hire: Hire, known: tuple[str, str], clock: TestClock
) -> None:
    hire(Role.VIEWER)
    admin.get("/staff/2")
    clock.advance(minutes=6)
    page = admin.get(confirm(admin, admin.post("/staff/2/roles", {"roles": "kyc"}), known[1]))
    assert re.search(r'value="kyc"[^>]* checked', page.text)
    assert not re.search(r'value="viewer"[^>]* checked', page.text)


def test_a_button_that_was_pressed_says_that_nothing_was_done(
    admin: Visitor, hire: Hire, known: tuple[str, str], clock: TestClock
) -> None:
    hire(Role.VIEWER)
    admin.get("/staff/2")
    clock.advance(minutes=6)
    page = admin.get(confirm(admin, admin.post("/staff/2/disable"), known[1]))
    assert "no changes were made. Try again now." in page.words
    assert re.search(r'value="viewer"[^>]* checked', page.text)


def test_a_page_that_fails_leaves_it_kept(
    admin: Visitor,
    known: tuple[str, str],
    clock: TestClock,
    simulator: RunningSimulator,
    tokens: str,
) -> None:
    old = intent_of(admin.get(tokens))
    clock.advance(minutes=6)
    back = confirm(admin, admin.post(tokens, {**TOKEN, "intent": old}), known[1])
    simulator.set_faults([{"status": 500, "times": 20}])
    failed = admin.get(back, status=503)
    assert NOT_SENT not in failed.words
    simulator.set_faults([])
    assert REASON in admin.get(back).text


def test_a_page_brings_what_was_typed_once_its_session_is_over(
    admin: Visitor, known: tuple[str, str], clock: TestClock
) -> None:
    admin.get("/users/new")
    clock.advance(minutes=61)
    on = {**HTMX, "HX-Current-URL": "http://localhost/users/new?identity=1"}
    brought = {**registration(email="typed@example.com"), "sent_to": "/users"}
    answer = admin.post("/kept", brought, status=401, headers=on)
    back = wanted_after(admin.get(answer.headers["HX-Redirect"]))
    assert back.startswith("/users/new?identity=1&kept=")
    admin.log_in(*known)
    page = admin.get(back)
    assert 'value="typed@example.com"' in page.text
    assert "sent_to" not in page.text


def test_whose_session_goes_on_is_led_back_with_what_was_typed(admin: Visitor) -> None:
    admin.get("/users/new")
    answer = admin.post("/kept", {"email": "typed@example.com", "sent_to": "/users"})
    assert 'value="typed@example.com"' in admin.get(answer.headers["Location"]).text


def test_a_list_does_not_call_the_handle_a_filter_that_it_cannot_use(admin: Visitor) -> None:
    for path in ("/users", "/kyc", "/audit"):
        assert "kept" not in admin.get(f"{path}?kept=abc").words, path
        assert "keptt" in admin.get(f"{path}?keptt=abc").words, path


def test_the_reason_of_an_export_comes_back_with_its_filters(
    admin: Visitor, known: tuple[str, str], clock: TestClock
) -> None:
    page = "/audit/export?outcome=rejected"
    admin.get(page)
    clock.advance(minutes=6)
    typed = {"reason": "Asked by the auditors of 2026", "format": "jsonl"}
    sent = admin.post(page, typed, headers={"Referer": f"http://localhost{page}"})
    back = confirm(admin, sent, known[1])
    assert back.startswith(f"{page}&kept=")
    again = admin.get(back)
    assert 'value="Asked by the auditors of 2026"' in again.text
    assert 'action="/audit/export?outcome=rejected"' in again.text
    assert NOT_SENT in again.words
