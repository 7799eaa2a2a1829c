"""The filters of the desk: each option says how many users it leads to."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import update

from dashboard.services.permissions import Role
from dashboard.store.schema import directory
from dashboard.store.tags import tags
from tests.support.browsing import Page, Visitor
from tests.support.people import LogIn
from tests.support.sampling import one_in
from tests.views.desk.conftest import People, everyone, names

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def kyc(log_in: LogIn, people: People) -> Visitor:
    """Return someone who owns one of the users; another one has a tag."""
    kyc, made = log_in(Role.KYC), everyone(people)
    kyc.post(f"/users/{made['expired']}/owner", {"owner": "me"})
    with people.database.write() as connection:
        for name in ("expired", "elsewhere", "active"):
            tags.put(connection, made[name], tags.every(connection)[0], 1, datetime.now(UTC))
    return kyc


QUERIES = ("", "lane=link_expired", "lane=became_active", "country=CO")


def options(page: Page) -> Iterator[tuple[str, str, int]]:
    """Give each option that has a count: the filter, its value, and the count."""
    for name, inside in re.findall(r'<select[^>]* name="(\w+)">([\s\S]*?)</select>', page.text):
        for value, words in re.findall(r'<option[^>]*?value="([^"]*)"([\s\S]*?)</option>', inside):
            if count := re.search(r"\((\d+)\)\s*$", words):
                yield name, html.unescape(value), int(count[1])


@pytest.mark.parametrize("query", one_in(2, QUERIES))
def test_each_option_leads_to_as_many_users_as_it_says(kyc: Visitor, query: str) -> None:
    told = [*options(kyc.get(f"/kyc?{query}"))]
    filters = {"country", "language", "user_type", "age", "by", "tag", "owner"}
    assert {name for name, _, _ in told} == filters
    assert sum(count > 0 for _, _, count in told) > len(filters)
    for name, value, count in told:
        asked = {**dict(parse_qsl(query)), name: value}
        url = urlencode({each: wanted for each, wanted in asked.items() if wanted})
        assert len(names(kyc.get(f"/kyc?{url}"))) == count, (name, value)


def test_a_country_that_is_not_documented_is_offered_and_leads_to_its_users(
    support: Visitor, people: People
) -> None:
    people.seen("ana")
    user_id = people.seen("bea")
    with people.database.write() as connection:
        connection.execute(
            update(directory).where(directory.c.user_id == user_id).values(country_code="XX")
        )
    offered = [(value, count) for name, value, count in options(support.get("/kyc")) if value]
    assert ("XX", 1) in offered
    page = support.get("/kyc?country=XX")
    assert "We can’t use these parts of the address" not in page.words
    assert names(page) == ["bea"]
