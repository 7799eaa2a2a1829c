"""Searches in our copy: what is found in it and marked, and what is offered for other users."""

import json
from base64 import urlsafe_b64encode
from urllib.parse import quote
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.canaries import Kind, canaries
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

USERS = [someone(number) for number in range(1, 31)]
ANA = USERS[2]  # ana003@example.com, ana pérez, +573005550003


@pytest.fixture
def filled(database: Database, clock: TestClock, simulator: RunningSimulator) -> Database:
    assert simulator
    fill(database, USERS, clock())
    return database


@pytest.fixture
def reader(filled: Database, support: Visitor) -> Visitor:
    assert filled
    return support


def token_of(**claims: str) -> str:
    parts = ({"alg": "none"}, claims, "signature")
    token = ".".join(
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    canaries.remember(Kind.ACCESS, token)
    return token


@all_of(
    "typed,marked",
    [
        ("PEREZ ana003", "ana <mark>pérez</mark>"),
        ("ana003", "<mark>ana003</mark><wbr>@example.com"),
        ("555 0003", "+57300<mark>5550003</mark>"),
        ("(300) 555-00", "+57<mark>30055500</mark>03"),
        (ANA.user_id.hex[-8:], f"<mark>{ANA.user_id.hex[-8:]}</mark>"),
        ("carlos002 chile", "<mark>Chile</mark>"),
    ],
)
def test_a_search_of_our_copy_marks_what_matched(reader: Visitor, typed: str, marked: str) -> None:
    assert marked in reader.get(f"/users?q={quote(typed)}").text


def test_who_is_not_here_is_offered_near_misses_and_fewer_words(reader: Visitor) -> None:
    page = reader.get("/users?q=ana003%40exmaple.com")
    assert "No user in our copy matches ana003@exmaple.com." in page.words
    assert "Our copy: 30 users" in page.words
    assert "Did you mean one of these users?" in page.words
    assert f"/users/{ANA.user_id}" in page.text
    page = reader.get("/users?q=perez+nowhere")
    assert "No user in our copy matches all of these: perez, nowhere." in page.words
    assert 'href="/users?q=perez"' in page.text


def test_who_is_left_out_by_other_filters_is_one_click_away(reader: Visitor) -> None:
    page = reader.get("/users?q=perez&status=banned&country=MX")
    assert "Search without your filters" in page.words
    assert "Did you mean" not in page.words


def test_the_api_s_own_search_is_one_click_away_unless_the_api_has_none(
    reader: Visitor, simulator: RunningSimulator
) -> None:
    asked = 'href="/users?q=nowhere&amp;source=api"'
    assert asked in reader.get("/users?q=nowhere").text
    assert simulator.requests() == []
    simulator.set_rivals(ignored_filters=["search"])
    reader.get("/users?q=zzzz&source=api")
    assert asked not in reader.get("/users?q=nowhere").text


def test_a_user_is_registered_with_the_email_that_was_searched_for(
    log_in: LogIn, filled: Database
) -> None:
    assert filled
    for role, may in ((Role.ONBOARDING, True), (Role.SUPPORT, False)):
        visitor = log_in(role)
        text = visitor.get("/users?q=new.one%40example.com").text
        assert ('name="email" value="new.one@example.com"' in text) == may
    visitor = log_in(Role.ONBOARDING)
    page = visitor.post("/users/new", {"email": "new.one@example.com"}, status=200)
    assert 'value="new.one@example.com"' in page.text


def test_a_masked_role_learns_nothing_from_a_search_of_our_copy(
    log_in: LogIn, filled: Database
) -> None:
    assert filled
    viewer = log_in(Role.VIEWER)
    asked = (
        "ana",
        "perez",
        "5550003",
        "chile",
        str(ANA.user_id)[:8],
        "ana003@exmaple.com",
        "SUP-1",
    )
    pages = {text: viewer.get(f"/users?q={quote(text)}") for text in asked}
    for text, page in pages.items():
        assert "Search by full email or user ID" in page.words, text
        assert not any(word in page.words for word in ("Did you mean", "Our copy matches")), text
        assert str(ANA.user_id) not in page.text, text
        assert "<mark>" not in page.text, text
    for text in asked:
        found = viewer.post("/users/find", {"q": f"{text}\n{text}"}, status=200)
        assert str(ANA.user_id) not in found.text, text


def test_a_masked_role_is_told_that_a_whole_value_is_not_here_and_no_more(
    log_in: LogIn, filled: Database
) -> None:
    assert filled
    viewer = log_in(Role.VIEWER)
    said = "No user in our copy has exactly this value."
    listed = ("ana003@exmaple.com", "+57 300 555 9999")
    pages = {text: viewer.get(f"/users?q={quote(text)}") for text in listed}
    for text in (f"Hello,\n{uuid4()}", "inq_nowhere1"):
        pages[text] = viewer.post("/users/find", {"q": text}, status=200)
    for text, page in pages.items():
        assert said in page.words, text
        assert "Our copy: 30 users" in page.words, text
        assert "ana003@example" not in page.text, text
    assert said not in viewer.get("/users?q=ana003").words


def test_a_token_leads_to_its_user_and_is_not_kept_or_shown(reader: Visitor) -> None:
    token = token_of(sub=str(ANA.user_id))
    led_to = reader.post("/users/find", {"q": f"Bearer {token}"}).headers["Location"]
    assert led_to == f"/users/{ANA.user_id}"
    token = token_of(sub=str(ANA.user_id), email=USERS[5].email)
    page = reader.post("/users/find", {"q": token}, status=200)
    assert "2 users found" in page.words
    assert "The text contained a token." in page.words
    unknown = uuid4()
    led_to = reader.post("/users/find", {"q": token_of(sub=str(unknown))}).headers["Location"]
    assert led_to == f"/users/{unknown}"


def test_a_user_who_is_not_found_is_explained(reader: Visitor) -> None:
    known = reader.get(f"/users/{ANA.user_id}", status=404).words
    assert "Known here until today at" in known
    other = reader.get(f"/users/{uuid4()}", status=404).words
    assert "Never seen with this API key." in other
    elsewhere = reader.get(f"/users/{uuid4()}?elsewhere=1", status=404).words
    assert "probably belongs to another environment" in elsewhere


def test_where_the_api_ignores_a_search_it_does_not_show_everyone(
    support: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(ignored_filters=["search"])
    page = support.get("/users?q=nowhere")
    assert "The API may not have followed your request." in page.words
    assert "No users match" in page.words
    assert simulator.users()[0]["email"] not in page.words


def test_before_the_first_sweep_whom_the_api_does_not_find_is_found_in_our_copy(
    support: Visitor, simulator: RunningSimulator
) -> None:
    user = {**simulator.users()[0], "id": str(uuid4()), "email": "x@y.example"}
    simulator.add_user({**user, "phone": "+573009998877"})
    support.get("/users")
    page = support.get("/users?q=999+88")
    assert "The API found no one. Our copy has these users." in page.words
    assert "+57300<mark>99988</mark>77" in page.text
