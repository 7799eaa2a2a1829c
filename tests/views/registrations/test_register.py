"""Registering a user: once, recorded before it is sent, and reported truthfully."""

import html
import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.forms import intent_of, registration, send, trail
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


def test_a_user_is_registered_and_the_page_is_theirs(
    onboarding: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    fields = registration(phone="+1 202 555 0142")
    answer = send(onboarding, "/users", fields, status=303)
    page = onboarding.get(answer.headers["Location"])
    assert fields["email"] in page.words
    assert "User registered" in page.words
    assert "Personal As registered here" in page.words
    assert "+12025550142" in page.words
    assert "You registered this user" in page.words
    (attempted, none), (succeeded, attempt) = trail(database, "users:register")
    assert (attempted, none, succeeded) == ("attempted", None, "succeeded")
    assert attempt
    sent = next(call for call in simulator.requests() if call.method == "POST")
    assert sent.body["countryCode"] == "CO"


def test_register_another_keeps_country_type_and_language(onboarding: Visitor) -> None:
    fields = registration(user_type="business", country_code="MX", preferred_language="pt")
    user = onboarding.get(send(onboarding, "/users", fields, status=303).headers["Location"])
    link = re.search(r'href="(/users/new[^"]+)"', user.text)
    assert link
    form = onboarding.get(html.unescape(link[1]))
    assert 'value="business" checked' in form.text
    assert '<option value="MX" selected>' in form.text
    assert '<option value="pt" selected>' in form.text
    assert fields["email"] not in form.text


@all_of(
    "field,value,said",
    [
        ("email", "", "Enter an email address."),
        ("email", "nobody", "Enter an email address, such as name@example.com."),
        ("email", "a b@example.com", "Enter an email address, such as name@example.com."),
        ("country_code", "", "Choose a country."),
        ("country_code", "XX", "Choose a country."),
        ("phone", "300 441 72 90", "Start with + and the country code."),
        (
            "phone",
            "+5730",
            "Check the number: no phone number in that country has this many digits.",
        ),
        ("user_type", "robot", "Choose a type."),
        ("preferred_language", "klingon", "Choose a language."),
    ],
)
def test_a_field_that_is_wrong_is_told_beside_it_and_nothing_is_lost(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    field: str,
    value: str,
    said: str,
) -> None:
    fields = registration(**{field: value})
    page = send(onboarding, "/users", fields, status=422)
    assert said in page.words
    assert f'id="{field}-error"' in page.text
    if field != "email":
        assert f'value="{fields["email"]}"' in page.text
    assert posts(simulator) == 0
    assert trail(database, "users:register") == []


def test_a_422_keeps_the_intent(onboarding: Visitor) -> None:
    page = onboarding.get("/users/new")
    again = onboarding.post(
        "/users", {**registration(email="nobody"), "intent": intent_of(page)}, status=422
    )
    assert intent_of(again) == intent_of(page)


def test_a_duplicate_is_explained_with_where_to_look(
    onboarding: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    taken = simulator.users(partner=2)[0]["email"]
    page = send(onboarding, "/users", registration(email=taken), status=422)
    assert "already registered with Qash, possibly by another partner" in page.words
    assert "Search for this email" in page.words
    ours = simulator.users()[0]
    onboarding.get("/users")
    fields = registration(email=ours["email"], anyway=ours["email"])
    page = send(onboarding, "/users", fields, status=422)
    assert f'href="/users/{ours["id"]}"' in page.text
    assert [outcome for outcome, _ in trail(database, "users:register")][1::2] == ["rejected"] * 2


def test_a_refusal_of_the_api_is_shown_above_the_form(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"method": "POST", "status": 400}])
    fields = registration()
    page = send(onboarding, "/users", fields, status=422)
    assert "The API refused this, so no changes were made." in page.words
    assert f'value="{fields["email"]}"' in page.text


@pytest.mark.parametrize(
    ("fault", "status"), [({"status": 429, "retry_after_s": 3}, 503), ({"status": 401}, 502)]
)
def test_what_was_certainly_not_done_is_said_so_and_the_form_stays(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    fault: dict[str, object],
    status: int,
) -> None:
    simulator.set_faults([{"method": "POST", **fault}])
    fields = registration()
    page = send(onboarding, "/users", fields, status=status)
    assert "No changes were made." in page.words
    assert f'value="{fields["email"]}"' in page.text
    assert trail(database, "users:register")[-1][0] == "rejected"
    assert posts(simulator) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"reset": "before"},
        {"reset": "after"},
        {"status": 500},
        {"status": 503},
        {"body": "empty"},
        {"body": "truncated"},
        {"body": "html"},
    ],
)
def test_a_lost_answer_is_unknown_and_never_sent_again(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    fault: dict[str, object],
) -> None:
    simulator.set_rivals(list_order="oldest")  # so that one page settles nothing
    simulator.set_faults([{"method": "POST", **fault}])
    page = onboarding.get("/users/new")
    fields = {**registration(), "intent": intent_of(page)}
    lost = onboarding.post("/users", fields, status=502)
    assert "Registration not confirmed" in lost.words
    assert fields["email"] in lost.words
    assert posts(simulator) == 1
    assert trail(database, "users:register")[-1][0] == "unknown"
    simulator.set_faults([])
    again = onboarding.post("/users", fields, status=502)
    assert "Registration not confirmed" in again.words
    assert posts(simulator) == 1
    form = onboarding.get("/users/new")
    assert "Registrations not confirmed" in form.words
    assert fields["email"] in form.words


def test_the_same_form_again_leads_to_the_same_user(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    fields = {**registration(), "intent": intent_of(onboarding.get("/users/new"))}
    first = onboarding.post("/users", fields).headers["Location"]
    assert onboarding.post("/users", fields).headers["Location"] == first
    assert posts(simulator) == 1


def test_the_same_form_with_another_body_is_refused(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    fields = {**registration(), "intent": intent_of(onboarding.get("/users/new"))}
    onboarding.post("/users", fields)
    page = onboarding.post("/users", {**fields, "country_code": "PE"}, status=409)
    assert "sent before with different content" in page.words
    assert posts(simulator) == 1


def test_an_intent_of_somebody_else_or_for_something_else_is_refused(
    onboarding: Visitor, log_in: LogIn, simulator: RunningSimulator
) -> None:
    other = log_in(Role.ADMIN)
    user = simulator.users()[0]["id"]
    foreign = [
        intent_of(other.get("/users/new")),
        intent_of(onboarding.get(f"/users/{pending(simulator)}/kyc")),
        "made-up",
        "",
    ]
    for intent in foreign:
        page = onboarding.post("/users", {**registration(), "intent": intent}, status=400)
        assert "This form has expired" in page.words
    assert user
    assert posts(simulator) == 0


def pending(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


def test_under_htmx_success_is_a_redirect_and_an_error_the_form(onboarding: Visitor) -> None:
    intent = intent_of(onboarding.get("/users/new"))
    bad = onboarding.http.post(
        "/users",
        data={**registration(email="x"), "intent": intent, "csrf_token": onboarding.csrf_token()},
        headers={**HTMX, "HX-Target": "form"},
    )
    assert bad.status_code == 422
    assert bad.text.strip().startswith('<form class="card marked" id="form"')
    good = onboarding.http.post(
        "/users",
        data={**registration(), "intent": intent, "csrf_token": onboarding.csrf_token()},
        headers={**HTMX, "HX-Target": "form"},
    )
    assert good.status_code == 200
    assert good.headers["HX-Redirect"].startswith("/users/")
