"""The addresses of the desk: what they take, what they name, and where old ones lead."""

from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.views.desk.conftest import People, everyone, names

pytestmark = pytest.mark.on_postgres

ANA = uuid4()


@all_of(
    "query",
    [
        *(
            "lane=x",
            "due=x",
            "age=x",
            "country=XX",
            "user_type=x",
            "sort=x",
            "limit=0",
            "limit=101",
        ),
        *(
            "after=x",
            "after=17",
            "view=x",
            "before=x",
            "nonsense=1",
            "lane=unknown&lane=x",
            "after=1_0",
        ),
        *("language=" + "x" * 99, "by=" + "x" * 999),
    ],
)
def test_what_is_no_filter_is_named_and_ignored(
    support: Visitor, people: People, query: str
) -> None:
    people.seen("ana", user_id=ANA)
    page = support.get(f"/kyc?{query}")
    assert (
        f"We can’t use these parts of the address: {query.split('=', maxsplit=1)[0]}." in page.words
    )
    assert names(page) == ["ana"]


def test_a_search_that_is_too_long_is_named_and_what_was_typed_stays(
    support: Visitor, people: People
) -> None:
    people.seen("ana")
    page = support.get(f"/kyc?q={'x' * 300}")
    assert "We can’t use these parts of the address: q." in page.words
    assert f'value="{"x" * 300}"' in page.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lane=expired", "lane=link_expired"),
        ("lane=fresh&by=a@example.com", "lane=link_fresh&by=a@example.com"),
        ("lane=link_lost", "lane=elsewhere"),
        ("lane=starting", "lane=unknown"),
        ("lane=settled", "lane=became_active"),
        ("view=pending&page=3", ""),
        ("view=pending&cursor=abc&of=7", ""),
    ],
)
def test_the_old_addresses_lead_to_the_new_ones(support: Visitor, old: str, new: str) -> None:
    moved = support.get(f"/kyc?{old}", status=303).headers["Location"]
    assert moved == ("/kyc?" + new if new else "/kyc")


@pytest.mark.parametrize("lane", ["elsewhere", "unknown"])
def test_a_lane_that_kept_its_name_is_there(support: Visitor, people: People, lane: str) -> None:
    everyone(people)
    assert names(support.get(f"/kyc?lane={lane}")) == [lane]


def test_an_old_address_of_the_export_leads_to_the_new_one(log_in: LogIn) -> None:
    moved = log_in(Role.KYC).get("/kyc/export?lane=expired&country=CO", status=303)
    assert moved.headers["Location"] == "/kyc/export?lane=link_expired&country=CO"
