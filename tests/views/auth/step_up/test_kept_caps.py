"""Limits of kept forms: per person, per field, in total, and per session."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from dashboard.forms.fields import PADDING_MAX, BoundedField
from dashboard.services.auth.saved_forms import PER_PERSON, Fields
from dashboard.services.permissions import Role
from dashboard.store.auth import saved_forms as kept_forms
from dashboard.store.auth.saved_forms import Room
from dashboard.store.db.database import Database
from dashboard.store.schema import kept_forms as table
from dashboard.text.limits import EMAIL
from dashboard.web.auth.saved_fields import FIELDS_MAX, FORMS, fields_of, kept_of
from dashboard.web.auth.saved_forms import is_secret
from dashboard.web.routing import find_policy
from tests.rules.canaries.test_token_fields import TOKENS
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres

LONG = "x" * 100_000
WITHOUT_FIELDS = {
    "credentials.acknowledge",
    "credentials.prove",
    "credentials.restore",
    "credentials.switch",
    "factors.new_codes",
    "factors.remove_authenticator",
    "factors.remove_passkey",
    "lab.tokens",
    "scenarios.start",
    "sessions.end",
    "sessions.end_others",
    "staff.disable",
    "staff.enable",
    "staff.end_sessions",
    "staff.make_link",
    "staff.require_no_longer",
    "staff.require_second_factor",
    "staff.reset_second_factors",
    "staff.withdraw_link",
    "tags.delete",
    "texts.restore",
}


@pytest.fixture
def member(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


def rows(database: Database) -> tuple[int, int]:
    """Return how many forms are kept, and how many characters of them."""
    with database.read() as connection:
        number, size = connection.execute(
            select(func.count(), func.sum(func.length(table.c.sealed))).select_from(table)
        ).one()
    return number, size or 0


def keep(visitor: Visitor, **fields: str) -> str:
    page = visitor.post("/kept", {"sent_to": "/users", **fields})
    return str(page.headers["Location"])


def test_the_oldest_of_a_person_s_forms_goes(
    member: Visitor, log_in: LogIn, database: Database
) -> None:
    another = log_in(Role.ONBOARDING)
    theirs = keep(another, email="theirs@example.com")
    kept = [keep(member, email=f"{number}@example.com") for number in range(25)]
    assert rows(database)[0] == PER_PERSON.forms + 1
    assert 'value="24@example.com"' in member.get(kept[24]).text
    assert "0@example.com" not in member.get(kept[0]).text
    assert 'value="theirs@example.com"' in another.get(theirs).text


def test_huge_fields_fill_nothing(member: Visitor, database: Database) -> None:
    for _ in range(20):
        keep(member, email="e" * 60_000, country_code="c" * 60_000, made_up="x" * 60_000)
    number, size = rows(database)
    assert number == PER_PERSON.forms
    assert size < PER_PERSON.forms * 10 * EMAIL


@pytest.mark.parametrize("room", [Room(3, 10**6), Room(10**6, 3 * 100)])
def test_all_people_together_have_room_for_so_much(
    member: Visitor, log_in: LogIn, database: Database, room: Room
) -> None:
    for visitor in (member, log_in(Role.ONBOARDING)):
        for number in range(4):
            keep(visitor, email=f"{number}@example.com")
    with database.write() as connection:
        connection.execute(table.update().values(size=100))
        assert kept_forms.drop_oldest(connection, room) == 5
    assert rows(database)[0] == 3


def test_of_an_ended_session_the_one_form_is_kept_that_it_ended_in(
    member: Visitor, database: Database, clock: TestClock
) -> None:
    member.get("/users/new")
    clock.advance(hours=2)
    sent = {"email": "typed@example.com"}
    assert "kept" in member.post("/users", sent).headers["Location"]
    for _ in range(5):
        assert "kept" not in keep(member, email="more@example.com")
        assert "kept" not in member.post("/users", sent).headers["Location"]
    assert rows(database)[0] == 1


def test_every_form_that_is_kept_says_how_much_its_fields_hold(app: Flask) -> None:
    policies = {each: find_policy(app, each) for each in app.view_functions}
    sending = {each for each, policy in policies.items() if policy and policy.form_at}
    assert sending == {*FORMS, *WITHOUT_FIELDS}


@all_of("endpoint", FORMS)
def test_no_field_of_any_form_is_kept_longer_than_it_may_be(app: Flask, endpoint: str) -> None:
    with app.test_request_context():
        fields = [each for each in fields_of(FORMS[endpoint]) if not is_secret(each.name)]
        names = [field.name for field in fields]
        bounds = [each.max_length for each in fields if isinstance(each, BoundedField)]
        long, short = ([(name, text) for name in [*names, "unknown"]] for text in (LONG, "x"))
        sent: Fields = (*long, *short * 200)
        kept = kept_of(endpoint, sent)
    assert {name for name, _ in kept} == set(names)
    assert len(kept) <= FIELDS_MAX
    longest = max((len(value) for _, value in kept), default=0)
    assert longest <= max([2_000, *bounds]) + PADDING_MAX


@all_of("endpoint", FORMS)
def test_a_field_is_kept_as_long_as_its_form_takes_it(app: Flask, endpoint: str) -> None:
    with app.test_request_context():
        longest = {
            field.name: "x" * (field.max_length + PADDING_MAX)
            for field in fields_of(FORMS[endpoint])
            if isinstance(field, BoundedField) and not is_secret(field.name)
        }
        assert dict(kept_of(endpoint, longest.items())) == longest


@pytest.mark.parametrize("endpoint", FORMS)
def test_no_token_is_kept_with_a_form(endpoint: str) -> None:
    names = [field.name for field in fields_of(FORMS[endpoint])]
    for token in TOKENS:
        for text in (f"Asked by Ana: {token}", f"{'x ' * 80}{token}"):
            kept = kept_of(endpoint, [(name, text) for name in names])
            assert len(kept) == len(names)
            assert token[:12] not in str(kept).replace("dashboard.example.com", "")


def test_a_link_is_kept_only_with_a_field_that_takes_it() -> None:
    link = f"https://inquiry.withpersona.com/verify?inquiry-id=inq_{'Hq7TzVb3' * 4}"
    reason = [("reason", f"Sent {link} again")]
    assert kept_of("tokens.issue", reason) == (("reason", "Sent  again"),)
    assert kept_of("kyc.take_link", [("url", link)]) == (("url", link),)


def test_a_token_that_is_split_by_what_is_not_seen_is_kept_with_no_table() -> None:
    rows = "ana@example.com\n" * 2_000 + f"{TOKENS[0][:9]}\u200b{TOKENS[0][9:]}"
    ((_, kept),) = kept_of("jobs.check", [("rows", rows)])
    assert TOKENS[0][12:] not in kept
