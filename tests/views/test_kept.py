"""What was typed comes back to who typed it, over a step-up and over the end of a session."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from dashboard.services.roles import Role
from dashboard.store.database import Database
from dashboard.store.schema import kept_forms
from tests.browsing import HTMX, Page, Visitor
from tests.conftest import Hire, TestClock
from tests.simulator_process import RunningSimulator
from tests.views.forms import KYC, TOKEN, intent_of, registration

NOT_SENT = "Not sent yet."
REASON = "Reproduce a failed withdrawal"


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "STEP_UP": "1"}


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    """An admin's email and password."""
    return hire(Role.ADMIN)


@pytest.fixture
def admin(app: Flask, known: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def tokens(simulator: RunningSimulator) -> str:
    """The token form of an active user."""
    return f"/users/{user(simulator, 'active')}/tokens"


def user(simulator: RunningSimulator, status: str) -> str:
    return next(str(each["id"]) for each in simulator.users() if each["status"] == status)


def wanted_after(page: Page) -> str:
    """Return where a page that asks leads to afterwards."""
    found = re.search(r'name="next" value="([^"]+)"', page.text)
    assert found, page.words[:300]
    return found[1].replace("&amp;", "&")


def confirm(visitor: Visitor, sent: Page, password: str) -> str:
    """Confirm where a form was sent to; return where that leads."""
    wanted = wanted_after(visitor.get(sent.headers["Location"]))
    answer = visitor.post("/confirm", {"password": password, "next": wanted})
    return str(answer.headers["Location"])


def kept(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(kept_forms.select()).all())


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
    assert "What you typed is kept" in admin.get(sent.headers["Location"]).words
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
    assert "You were logged out. What you typed is kept." in asked.words
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


def test_somebody_else_gets_nothing_and_it_stays_for_its_owner(
    app: Flask,
    admin: Visitor,
    hire: Hire,
    known: tuple[str, str],
    clock: TestClock,
    tokens: str,
) -> None:
    old = intent_of(admin.get(tokens))
    clock.advance(minutes=61)
    asked = admin.get(admin.post(tokens, {**TOKEN, "intent": old}).headers["Location"])
    back = wanted_after(asked)
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN), next_path=back)
    page = other.get(back)
    assert REASON not in page.text
    assert NOT_SENT not in page.words
    admin.log_in(*known)
    assert REASON in admin.get(back).text


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
    assert "Nothing was done: please do it again." in page.words
    assert re.search(r'value="viewer"[^>]* checked', page.text)


def test_secrets_are_not_kept_and_nothing_stands_readable_in_the_database(
    admin: Visitor, clock: TestClock, database: Database, known: tuple[str, str]
) -> None:
    secrets = {
        name: f"canary-{name}"
        for name in (
            "privy_token",
            "api_key",
            "api_secret",
            "password",
            "new_password",
            "code",
            "intent",
            "confirm",
        )
    }
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason", **secrets})
    with database.read() as connection:
        row = str(connection.execute(kept_forms.select()).one())
    assert "canary" not in row
    page = admin.get(confirm(admin, sent, known[1]))
    assert "canary-reason" in page.text
    assert page.text.count("canary") == 1


def test_a_kept_form_moved_to_another_person_or_page_cannot_be_opened(
    app: Flask, admin: Visitor, hire: Hire, clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason"})
    back = wanted_after(admin.get(sent.headers["Location"]))
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN))
    with database.write() as connection:
        connection.execute(kept_forms.update().values(staff_id=2))
    page = other.get(back)
    assert "canary-reason" not in page.text
    assert NOT_SENT not in page.words


def test_after_an_hour_it_is_forgotten_and_swept(
    admin: Visitor, known: tuple[str, str], clock: TestClock, database: Database
) -> None:
    clock.advance(minutes=6)
    sent = admin.post("/tokens/privy", {"reason": "canary-reason"})
    clock.advance(minutes=58)
    back = confirm(admin, sent, known[1])
    clock.advance(minutes=3)
    page = admin.get(back)
    assert "canary-reason" not in page.text
    assert NOT_SENT not in page.words
    assert kept(database) == 1
    clock.advance(minutes=3)
    admin.post("/tokens/privy", {"reason": "another"})
    assert kept(database) == 1


def test_another_session_s_csrf_token_keeps_nothing(
    app: Flask, admin: Visitor, hire: Hire, clock: TestClock, database: Database, tokens: str
) -> None:
    other = Visitor(app)
    other.log_in(*hire(Role.ADMIN))
    foreign = other.csrf_token()
    clock.advance(minutes=61)
    for token in (foreign, "made up", ""):
        answer = admin.http.post(tokens, data={**TOKEN, "csrf_token": token})
        assert (answer.status_code, "kept" in answer.headers["Location"]) == (303, False)
    assert kept(database) == 0


@pytest.mark.parametrize("how", ["log-out", "disabled", "two days"])
def test_a_session_that_somebody_ended_keeps_nothing(
    app: Flask,
    admin: Visitor,
    clock: TestClock,
    database: Database,
    tokens: str,
    how: str,
) -> None:
    token, cookies = admin.csrf_token(), admin.cookies()
    if how == "log-out":
        admin.post("/logout")
    elif how == "disabled":
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE staff SET active = 0")
    clock.offset = timedelta(hours=49 if how == "two days" else 2)
    late = Visitor(app)
    for name, value in cookies.items():
        late.http.set_cookie(name, value)
    answer = late.http.post(tokens, data={**TOKEN, "csrf_token": token})
    assert "kept" not in answer.headers["Location"]
    assert kept(database) == 0


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


@pytest.mark.parametrize("sent_to", ["", "/no-such", "/users/new", "/logout", "//evil.test", "x"])
def test_what_no_page_shows_is_not_kept(
    admin: Visitor, clock: TestClock, database: Database, sent_to: str
) -> None:
    token = admin.csrf_token()
    admin.post("/kept", {"reason": "x", "sent_to": sent_to})
    clock.advance(minutes=61)
    admin.http.post("/kept", data={"reason": "x", "sent_to": sent_to, "csrf_token": token})
    assert kept(database) == 0


def test_whose_session_goes_on_is_led_back_with_what_was_typed(admin: Visitor) -> None:
    admin.get("/users/new")
    answer = admin.post("/kept", {"email": "typed@example.com", "sent_to": "/users"})
    assert 'value="typed@example.com"' in admin.get(answer.headers["Location"]).text
