import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from dashboard.simulator.state.people import NEWEST_AT, RECENTLY, invent
from tests.contract.simulated import simulated

FIRST, SECOND = invent(2000, 25, 1)
PEOPLE = [*FIRST, *SECOND]


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert invent(2000, 25, 1) == (FIRST, SECOND)
    other = invent(2000, 25, 2)[0]
    assert not {str(one.document["id"]) for one in other} & {
        str(one.document["id"]) for one in FIRST
    }


def test_recent_people_are_the_same_and_registered_in_the_last_eight_weeks() -> None:
    now = datetime.now(UTC)
    recent = invent(2000, 25, 1, now)[0]
    assert [one.document["email"] for one in recent] == [one.document["email"] for one in FIRST]
    registered = [datetime.fromisoformat(str(one.document["createdAt"])) for one in recent]
    assert now - RECENTLY < min(registered) < now - timedelta(weeks=7)
    assert now - timedelta(days=1) < max(registered) <= now


def test_ids_are_random_uuids_and_unique() -> None:
    ids = [UUID(str(one.document["id"])) for one in PEOPLE]
    assert {one.version for one in ids} == {4}
    assert len({*ids}) == len(PEOPLE)


def test_emails_are_unique_and_reach_nobody() -> None:
    emails = [str(one.document["email"]) for one in PEOPLE]
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+[0-9]*@example\.com", email) for email in emails)
    assert len({*emails}) == len(emails)


def test_phones_are_few_and_kept_for_fiction() -> None:
    phones = [one.document["phone"] for one in FIRST if "phone" in one.document]
    assert 0.05 < len(phones) / len(FIRST) < 0.15
    assert all(re.fullmatch(r"\+120255501[0-9]{2}", str(phone)) for phone in phones)


def test_statuses_and_types_are_mixed_as_in_life() -> None:
    statuses = Counter(one.document["status"] for one in FIRST)
    shares = {status: count / len(FIRST) for status, count in statuses.items()}
    expected = {"active": 0.7, "pending": 0.26, "suspended": 0.025, "banned": 0.015}
    assert shares == pytest.approx(expected, abs=0.03)
    assert min(statuses.values()) > 10
    businesses = sum(one.user_type == "business" for one in FIRST) / len(FIRST)
    assert businesses == pytest.approx(0.12, abs=0.03)


def test_languages_and_countries_are_the_regions() -> None:
    assert {one.document["preferredLanguage"] for one in FIRST} == {"es", "pt", "en"}
    countries = {str(one.document["countryCode"]) for one in FIRST}
    assert {"BR", "MX", "CO", "AR", "PE", "CL"} <= countries
    assert all(re.fullmatch("[A-Z]{2}", country) for country in countries)
    portuguese = {
        one.document["countryCode"] for one in FIRST if one.document["preferredLanguage"] == "pt"
    }
    assert portuguese == {"BR"}


def test_people_came_over_a_year_newest_first() -> None:
    times = [datetime.fromisoformat(str(one.document["createdAt"])) for one in FIRST]
    assert times == sorted(times, reverse=True)
    assert times[0] <= NEWEST_AT
    assert timedelta(days=350) < times[0] - times[-1] < timedelta(days=370)


def test_a_database_keeps_its_people_and_forgets_the_scene(tmp_path: Path) -> None:
    first = simulated(tmp_path, users=30)
    first.post("/users", {"userType": "personal", "email": "ana@example.com", "countryCode": "CO"})
    first.control("PUT", "faults", {"faults": [{"status": 500}]})
    first.choose(error_body="html")
    again = simulated(tmp_path, users=50, seed=2)
    assert again.users() == first.users()
    assert len(again.users()) == 31
    assert again.logged() == []
    assert again.get("/users/17").get_json()["error"] == "userId must be a UUID"


def test_there_may_be_nobody(tmp_path: Path) -> None:
    server = simulated(tmp_path, users=0)
    data = server.get("/users").get_json()["data"]
    assert (data["users"], data["total"], data["pages"]) == ([], 0, 0)
