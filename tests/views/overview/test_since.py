"""What changed since a person's last visit: each number is of exactly the users that it opens."""

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.user_list import shown
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.desk.conftest import People, people

pytestmark = pytest.mark.on_postgres

__all__ = ["people"]
FIRST = "Your first visit"
NONE = "No changes"


def since(page: Page) -> str:
    """Return the words of the digest."""
    return page.words.split("Users by status")[-1].split("Needs attention")[0]


def links(page: Page) -> dict[str, str]:
    """Return the words of the digest's links, and where they lead."""
    card = page.text.split('id="since"')[1].split("</section>")[0]
    found = re.findall(r'<a href="([^"]+)">([^<]+)</a>', card)
    return {words: html.unescape(path) for path, words in found}


@dataclass
class Person:
    """Someone who comes, leaves, and comes back."""

    app: Flask
    known: tuple[str, str]
    clock: TestClock

    def comes(self, **after: float) -> Visitor:
        """Return a browser of theirs, logged in after they were away for so long."""
        self.clock.advance(**after)
        visitor = Visitor(self.app)
        visitor.log_in(*self.known)
        return visitor


@pytest.fixture
def person(app: Flask, people: People, hire: Hire, clock: TestClock) -> Person:
    assert people
    return Person(app, hire(Role.KYC), clock)


@pytest.fixture
def kyc(person: Person) -> Visitor:
    return person.comes()


def test_a_first_visit_is_about_the_last_7_days_and_says_so(kyc: Visitor, people: People) -> None:
    people.seen("ana", registered=24 * 6)
    people.seen("bea", registered=24 * 8)
    page = kyc.get("/")
    assert "The last 7 days Your first visit" in page.words
    assert "1 more is waiting, not started here" in since(page)


def test_each_number_opens_exactly_its_users(person: Person, people: People) -> None:
    active, banned = people.started("ana", 50), people.seen("dora", registered=90)
    people.started("bea", 30)
    people.seen("zoe", registered=3)
    people.seen("old", registered=90)
    person.comes().get("/")
    kyc, at = person.comes(hours=20), person.clock()
    people.seen("ana", "active", user_id=active, at=at)
    people.seen("dora", "banned", user_id=banned, at=at)
    new = people.seen("eva", registered=-19, at=at)
    page = kyc.get("/")
    assert "Since your last visit" in page.words
    told = links(page)
    assert list(told) == [
        "1 became active",
        "1 more is waiting, not started here",
        "1 was suspended, was banned or is gone",
        "1 is overdue now",
    ]
    found = [shown(kyc.get(path)) for path in list(told.values())[:3]]
    assert found == [[str(active)], [str(new)], [str(banned)]]


def test_a_link_that_expired_meanwhile_is_told(person: Person, people: People) -> None:
    people.started("ana", 30)
    meanwhile = people.started("bea", 10)
    person.comes().get("/")
    kyc = person.comes(hours=15)
    told = links(kyc.get("/"))
    assert list(told) == ["1 link probably expired"]
    assert shown(kyc.get(told["1 link probably expired"])) == [str(meanwhile)]


def test_a_visit_ends_after_half_an_hour_and_all_tabs_agree(person: Person, people: People) -> None:
    person.comes().get("/")
    person.clock.advance(hours=10)
    people.seen("ana", registered=-9, at=person.clock())
    for minutes in (0, 0, 1, 28, 29):
        assert "1 more is waiting" in since(person.comes(minutes=minutes).get("/"))
    assert NONE in since(person.comes(minutes=31).get("/"))


def test_the_desk_is_a_visit_too_and_a_poll_is_none(person: Person, people: People) -> None:
    person.comes().get("/")
    kyc = person.comes(hours=2)
    people.seen("ana", registered=-1.5, at=person.clock())
    kyc.get("/")
    person.comes(minutes=20).get("/kyc")
    kyc = person.comes(minutes=20)
    assert "1 more is waiting" in since(kyc.get("/"))
    for _ in range(2):
        person.clock.advance(minutes=14)
        kyc.fragment("/", "follow")
    assert NONE in since(person.comes(minutes=14).get("/"))


def test_each_person_has_a_visit_of_their_own(person: Person, log_in: LogIn) -> None:
    person.comes().get("/")
    kyc = person.comes(hours=2)
    assert FIRST in log_in(Role.SUPPORT).get("/").words
    assert FIRST not in kyc.get("/").words


def test_who_is_overdue_is_told_with_the_desk_s_list(kyc: Visitor, people: People) -> None:
    user = people.started("ana", 24 + 49)
    people.started("bea", 30)
    told = links(kyc.get("/"))
    assert told["1 is overdue now"] == "/kyc?due=overdue"
    assert f"/users/{user}" in kyc.get("/kyc?due=overdue").text


def test_while_our_copy_has_not_everyone_the_page_says_what_it_covers(
    log_in: LogIn, database: Database
) -> None:
    visitor, few = log_in(Role.KYC), People(database)
    few.seen("ana", registered=1)
    page = visitor.get("/")
    assert "The first sweep of the API’s list isn’t complete" in since(page)
    assert "1 more is waiting" in since(page)
    assert not links(page)


def test_without_a_directory_the_page_says_whom_it_covers(
    settings: dict[str, str], hire: Hire, database: Database
) -> None:
    visitor = Visitor(create_app(load_config(None, **settings, DIRECTORY="off")))
    visitor.log_in(*hire(Role.KYC))
    People(database).started("ana", 30)
    page = visitor.get("/")
    assert "The directory is off, so this covers only users whose KYC was started" in since(page)
    assert "1 link probably expired" in since(page)
    assert "1 link probably expired" not in links(page)


def test_while_the_api_is_down_our_copy_tells_the_same(
    person: Person, people: People, simulator: RunningSimulator
) -> None:
    person.comes().get("/")
    kyc = person.comes(hours=2)
    people.seen("ana", registered=-1.5, at=person.clock())
    simulator.set_faults([{"status": 503}])
    kyc.get("/users?source=api", status=503)
    page = kyc.get("/")
    assert "1 more is waiting, not started here" in links(page)
    assert "Unavailable" in page.words


@pytest.mark.parametrize("zone", ["America/Bogota", "Asia/Kolkata"])
def test_the_moment_is_of_the_person_s_zone(person: Person, people: People, zone: str) -> None:
    kyc = person.comes()
    kyc.post("/account", {"name": "Ana", "time_zone": zone})
    kyc.get("/")
    there = person.clock().astimezone(ZoneInfo(zone))
    kyc = person.comes(hours=2)
    people.seen("ana", registered=-1.5, at=person.clock())
    (path,) = links(kyc.get("/")).values()
    assert len(shown(kyc.get(path))) == 1
    assert f"waiting_from={there:%Y-%m-%dT%H:%M}" in unquote(path)


def test_after_a_long_absence_who_closed_is_told_of_7_days(person: Person, people: People) -> None:
    before, meanwhile = people.seen("ana", registered=90), people.seen("bea", registered=90)
    person.comes().get("/")
    person.clock.advance(days=2)
    people.seen("ana", "banned", user_id=before, at=person.clock())
    person.clock.advance(days=7)
    people.seen("bea", "banned", user_id=meanwhile, at=person.clock())
    kyc = person.comes(days=1)
    told = links(kyc.get("/"))
    path = told["1 was suspended, was banned or is gone, in the last 7 days"]
    assert shown(kyc.get(path)) == [str(meanwhile)]
