"""Damaged and foreign parts of the list's address: each is named, and the rest is applied."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.directory.reading import WORDS_MAX
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.support.sampling import all_of, few_of

USERS = [someone(number) for number in range(1, 31)]
PLACES = ("after", "before")
hostile = settings(max_examples=few_of(60))


@pytest.fixture
def reader(database: Database, support: Visitor, clock: TestClock) -> Visitor:
    fill(database, USERS, clock())
    return support


def names(page: Page, *wanted: str) -> bool:
    told = re.search(r"We can’t use these parts of the address: ([^.]+)\.", page.words)
    is_named = told is not None and {*told[1].split(", ")} == {*wanted}
    return is_named and "We’ve applied the rest." in page.words


def place_in(page: Page) -> str:
    found = re.search(r"after=([\w-]+)", page.text)
    assert found
    return found[1]


@hostile
@given(text=st.text(min_size=1).filter(str.strip), name=st.sampled_from(PLACES))
def test_any_text_as_a_place_is_named_and_the_first_page_shown(
    reader: Visitor, text: str, name: str
) -> None:
    page = reader.get(f"/users?status=pending&limit=7&{name}={quote(text, errors='replace')}")
    assert names(page, name)
    assert shown(page) == shown(reader.get("/users?status=pending&limit=7"))


@hostile
@given(at=st.integers(0, 500), to=st.sampled_from("AZaz09_-"), name=st.sampled_from(PLACES))
def test_a_place_with_one_other_letter_or_cut_off_is_named(
    reader: Visitor, at: int, to: str, name: str
) -> None:
    first = reader.get("/users?limit=7")
    place = place_in(first)
    at %= len(place)
    changed = place[:at] + to + place[at + 1 :]
    for each in {changed, place[:at] or "x"} - {place}:
        page = reader.get(f"/users?limit=7&{name}={each}")
        assert names(page, name), each
        assert shown(page) == shown(first)


@pytest.mark.parametrize("name", PLACES)
def test_what_was_sealed_for_another_use_order_or_dashboard_is_no_place(
    reader: Visitor, name: str
) -> None:
    first = reader.get("/users?limit=7")
    opened_from = re.search(r"\?in=([\w-]+)", first.text)
    assert opened_from
    foreign = "Z0FBQUFBQnBLcTNfc2VhbGVkLWJ5LWFub3RoZXItaW5zdGFsbGF0aW9u"
    turned = place_in(reader.get("/users?limit=7&sort=created"))
    for each in (opened_from[1], foreign, turned, "x" * 2000):
        page = reader.get(f"/users?limit=7&{name}={each}")
        assert names(page, name), each
        assert shown(page) == shown(first)


def test_two_places_are_one_too_many(reader: Visitor) -> None:
    place = place_in(reader.get("/users?limit=7"))
    page = reader.get(f"/users?limit=7&after={place}&before={place}")
    assert names(page, "before")
    assert shown(page) == shown(reader.get(f"/users?limit=7&after={place}"))


@all_of(
    "sort",
    [
        "id",
        "--email",
        "-",
        "EMAIL",
        "email,name",
        "email desc",
        "email'",
        "1",
        "%00",
        "ema\u202eil",
    ],
)
def test_an_order_that_there_is_not_is_named_and_the_newest_come_first(
    reader: Visitor, sort: str
) -> None:
    page = reader.get(f"/users?limit=100&status=pending&sort={quote(sort, safe='%')}")
    assert names(page, "sort")
    assert shown(page) == shown(reader.get("/users?limit=100&status=pending"))


def test_a_parameter_that_comes_twice_or_is_unknown_is_named(reader: Visitor) -> None:
    page = reader.get("/users?limit=100&sort=email&sort=name&status=pending&constructor=1")
    assert names(page, "constructor", "sort")
    assert shown(page) == shown(reader.get("/users?limit=100&status=pending"))


def test_the_part_of_the_page_that_htmx_asks_for_names_them_too(reader: Visitor) -> None:
    page = reader.fragment("/users?limit=7&after=x&sort=nothing", "results")
    assert names(page, "after", "sort")


def test_a_search_with_more_words_than_any_has_is_named_and_not_searched_for(
    reader: Visitor,
) -> None:
    many = "+".join(f"w{number}" for number in range(WORDS_MAX + 1))
    page = reader.get(f"/users?limit=7&q={many}")
    assert names(page, "q")
    assert shown(page) == shown(reader.get("/users?limit=7"))
    view = {"name": "Many words", "filter": f"q={many}"}
    assert (
        "We can’t use these parameters of the address: q."
        in reader.post("/views", view, status=422).words
    )
    reader.get(f"/users?q={quote('+5 7 3 0 0 5 5 5 0 0 0 1')}", status=303)  # one number


@pytest.mark.parametrize("sort", ["email", "-name", "phone"])
def test_a_place_in_an_order_that_is_masked_opens_nothing_for_who_sees_it_masked(
    reader: Visitor, log_in: LogIn, sort: str
) -> None:
    place = place_in(reader.get(f"/users?limit=7&sort={sort}"))
    masked = log_in(Role.VIEWER)
    page = masked.get(f"/users?limit=7&sort={sort}&after={place}")
    assert names(page, "after", "sort")
    assert shown(page) == shown(masked.get("/users?limit=7"))


@pytest.mark.parametrize("view", ["0", "-1", "1 OR 1=1", "x" * 500, "999999999999999999999"])
def test_a_view_that_there_is_not_for_someone_is_not_found(
    reader: Visitor, log_in: LogIn, view: str
) -> None:
    saved = {"name": "Mine", "filter": "status=pending"}
    reader.post("/views", saved, status=303)
    number = re.search(r"/users\?view=(\d+)", reader.get("/views").text)
    assert number
    other = log_in(Role.ADMIN)
    for each in (view, number[1]):
        page = other.get(f"/users?view={quote(each)}&status=active", status=404)
        assert shown(page) == []
