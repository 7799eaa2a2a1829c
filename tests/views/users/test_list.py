"""The list from our own copy: every sort, filter and page, without a call to the API."""

import html
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import facets
from dashboard.store.directory.rows import SeenUser
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import fill, someone
from tests.support.pages.forms import KYC, send
from tests.support.pages.user_list import flat, link, pages, shown
from tests.support.people import Hire
from tests.support.sampling import all_of, one_in
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

USERS = [someone(number) for number in range(1, 61)]
SORTS: dict[str, Callable[[SeenUser], Any]] = {
    "created": lambda user: user.registered_at,
    "email": lambda user: user.email.lower(),
    "status": lambda user: user.status,
    "country": lambda user: user.country_code or "",
    "language": lambda user: user.preferred_language or "",
    "user_type": lambda user: user.user_type or "",
    "phone": lambda user: user.phone or "",
}


@pytest.fixture
def filled(database: Database, clock: TestClock, simulator: RunningSimulator) -> Database:
    assert simulator
    fill(database, USERS, clock())
    return database


@pytest.fixture
def reader(filled: Database, support: Visitor) -> Visitor:
    assert filled
    return support


def test_the_list_makes_no_call_and_says_how_fresh_it_is(
    reader: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    clock.advance(minutes=40)
    page = reader.get("/users")
    assert not simulator.requests()
    assert "Our copy: 60 users, newest 40 minutes ago" in page.words
    assert "1–20 of 60" in page.words
    assert len(shown(page)) == 20


@all_of("sort,sign", product(SORTS, ["", "-"]))
def test_every_order_is_by_its_column_and_has_each_user_once(
    reader: Visitor, sort: str, sign: str
) -> None:
    listed = flat(pages(reader, f"/users?sort={sign}{sort}&limit=19"))
    assert sorted(listed) == sorted(str(user.user_id) for user in USERS)
    of = {str(user.user_id): SORTS[sort](user) for user in USERS}
    values = [of[each] for each in listed if of[each] is not None]
    assert values == sorted(values, reverse=bool(sign))


@pytest.mark.parametrize("sort", one_in(2, ["-created", "name", "changed", "-status"]))
def test_back_from_the_last_page_come_the_same_rows(reader: Visitor, sort: str) -> None:
    path, last = f"/users?sort={sort}&limit=7", ""
    forward = pages(reader, path)
    while path:
        last, path = path, link(reader.get(path), "next")
    backward = pages(reader, last, "prev")
    assert flat(backward[::-1]) == flat(forward)


@all_of(
    "query,matches",
    [
        ("status=pending", lambda user: user.status == "pending"),
        ("country=CO", lambda user: user.country_code == "CO"),
        ("country=co", lambda user: user.country_code == "CO"),
        ("user_type=business", lambda user: user.user_type == "business"),
        ("language=es", lambda user: user.preferred_language == "es"),
        ("kyc=not_started", lambda user: user.status == "pending"),
        ("kyc=became_active", lambda _user: False),
        ("q=maria", lambda user: user.name == "María Soto"),
        ("q=maria+CARLOS", lambda user: user.name == "María Soto" and "carlos" in user.email),
        ("q=550057", lambda user: user.phone == "+573005550057"),
        (
            "created_from=2026-01-01&created_to=2026-01-01",
            lambda user: bool(user.registered_at and user.registered_at.day == 1),
        ),
        (
            "status=pending&country=MX&language=en",
            lambda user: (
                (user.status, user.country_code, user.preferred_language) == ("pending", "MX", "en")
            ),
        ),
    ],
)
def test_a_filter_leaves_those_who_match(reader: Visitor, query: str, matches: object) -> None:
    assert callable(matches)
    page = reader.get(f"/users?{query}&limit=100")
    expected = {str(user.user_id) for user in USERS if matches(user)}
    assert set(shown(page)) == expected
    assert (f"1–{len(expected)} of {len(expected)}" in page.words) or not expected


def test_every_count_equals_the_list_that_it_opens(reader: Visitor) -> None:
    page = reader.get("/users?q=example&country=MX&status=pending")
    chips = re.findall(
        r'<a class="\w*" href="(/users[^"]*)".*?<span class="count">(\d+)', page.text, re.DOTALL
    )
    assert len(chips) == 6
    options = [
        (f"/users?q=example&country=MX&status=pending&{name}={value}", count)
        for name, inside in re.findall(
            r'<select[^>]+ name="(\w+)">([^§]*?)</select>', page.text, re.DOTALL
        )
        for value, count in re.findall(r'<option value="(\w+)"[^>]*>[^<]*\((\d+)\)', inside)
    ]
    assert len(options) > 10
    for path, count in [*chips, *options]:
        address = html.unescape(path)
        if address.count("country=") == 2:
            address = address.replace("country=MX&", "", 1)
        listed = shown(reader.get(f"{address}&limit=100"))
        assert len(listed) == int(count), address


def test_of_too_many_to_count_the_counts_say_that_there_are_at_least_so_many(
    reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "COUNT_MAX", 30)
    page = reader.get("/users?q=example")
    assert "20 of more than 10,000 users" in page.words
    counts = re.findall(r'<span class="count">([^<]+)', page.text)
    assert counts
    assert all(re.fullmatch(r"\d+\+", each) for each in counts)
    assert sum(int(each[:-1]) for each in counts[1:]) == int(counts[0][:-1]) == 31
    assert re.search(r'<option value="MX">Mexico \(\d+\+\)', page.text)
    assert re.search(r'<option value="JP">Japan</option>', page.text)
    one = reader.get("/users?q=example&country=MX&status=pending")
    assert "1–5 of 5" in one.words


@pytest.mark.parametrize("name", ["after", "before"])
def test_a_damaged_place_is_named_and_the_first_page_shown(reader: Visitor, name: str) -> None:
    first = reader.get("/users?limit=7")
    place = re.search(r"after=([\w-]+)", first.text)
    assert place
    own = place[1]
    for bad in ("x", own[:-2], own[:9] + ("A" if own[9] != "A" else "B") + own[10:], own.upper()):
        page = reader.get(f"/users?limit=7&{name}={bad}")
        assert f"We can’t use these parts of the address: {name}." in page.words
        assert shown(page) == shown(first)
    foreign = reader.get(f"/users?limit=7&sort=email&{name}={own}")
    assert f"We can’t use these parts of the address: {name}." in foreign.words


def test_no_address_of_a_page_holds_an_email(reader: Visitor) -> None:
    page = reader.get("/users?sort=email&limit=7")
    addresses = re.findall(r'(?:href|data-hx-get)="([^"]+)"', page.text)
    assert not [each for each in addresses if "example" in each]


def test_the_api_s_own_list_is_one_click_away(reader: Visitor, simulator: RunningSimulator) -> None:
    assert 'href="/users?source=api"' in reader.get("/users").text
    page = reader.get("/users?source=api")
    assert simulator.users()[0]["email"] in page.words
    assert "This is the API’s own list." in page.words
    assert 'href="/users?page=2&amp;source=api' in page.text
    assert 'href="/users">Show our copy' in page.text


def test_while_the_api_is_down_the_list_works_and_says_how_old_it_is(
    reader: Visitor, simulator: RunningSimulator, clock: TestClock
) -> None:
    simulator.set_faults([{"status": 503}])
    clock.advance(minutes=25)
    for _ in range(5):
        reader.get("/users?source=api", status=503)
    page = reader.get("/users?status=active")
    assert "The Partner API has been unavailable since" in page.words
    assert "newest 25 minutes ago" in page.words
    assert len(shown(page)) == 10


def test_without_a_complete_copy_the_api_s_list_says_why(support: Visitor) -> None:
    page = support.get("/users")
    assert "We show our copy as soon as it is complete." in page.words
    assert "From the API · updated" in page.words


def test_a_kyc_lane_is_shown_and_found(reader: Visitor, simulator: RunningSimulator) -> None:
    known = next(user for user in simulator.users() if user["status"] == "pending")
    reader.get(f"/users/{known['id']}")  # which puts them into the directory
    send(reader, f"/users/{known['id']}/kyc", {**KYC, "email": known["email"]}, status=303)
    page = reader.get("/users?kyc=link_fresh")
    assert shown(page) == [known["id"]]
    assert "Link active (1)" in page.words
    assert known["id"] not in shown(reader.get("/users?kyc=not_started&limit=100"))


def test_a_directory_that_is_off_lists_nothing_and_offers_no_copy(
    settings: dict[str, str], filled: Database, hire: Hire
) -> None:
    assert filled
    visitor = Visitor(create_app(load_config(None, **settings, DIRECTORY="off")))
    visitor.log_in(*hire(Role.SUPPORT))
    for path in ("/users", "/users?source=api"):
        page = visitor.get(path)
        assert "because this dashboard keeps no copy of it" in page.words
        assert "From the API · updated" in page.words
        assert "Show our copy" not in page.words
