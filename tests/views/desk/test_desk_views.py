"""Saved views of the desk."""

import html
import re

import pytest

from tests.support.browsing import Visitor
from tests.support.pages.views import navigation, query_of
from tests.views.desk.conftest import People

pytestmark = pytest.mark.on_postgres


def save(visitor: Visitor, name: str, query: str) -> str:
    """Save the desk's filter from its link; return the view's address in the navigation."""
    link = re.findall(r'href="(/views/new[^"]*)"', visitor.get(f"/kyc?{query}").text)[0]
    form = visitor.get(html.unescape(link))
    kept = re.findall(r'name="filter" id="filter" value="([^"]*)"', form.text)[0]
    visitor.post("/views", {"name": name, "filter": html.unescape(kept)})
    return str(re.findall(r'href="([^"]+\?view=\d+)"', navigation(visitor))[0])


def test_a_view_of_the_desk_is_counted_and_opens_the_desk(support: Visitor, people: People) -> None:
    people.started("ana", 3)
    people.started("bea", 90)
    address = save(support, "Expired", "lane=link_expired&sort=-waiting&limit=50")
    assert address.startswith("/kyc?view=")
    opened = support.get(address, status=303)
    assert opened.headers["Location"].startswith("/kyc?")
    assert query_of(opened) == "lane=link_expired&sort=-waiting"
    number = address.rpartition("=")[2]
    assert query_of(support.get(f"/views/{number}", status=303)) == query_of(opened)
    assert re.search(
        r'Expired</bdi></span><span class="count" aria-hidden="true">1<', navigation(support)
    )


def test_a_view_of_the_desk_says_in_words_what_it_shows(support: Visitor, people: People) -> None:
    people.started("ana", 3)
    save(support, "Mine", "lane=link_fresh&age=day&due=today&by=a@example.com")
    words = support.get("/views").words
    assert "KYC desk · Link active" in words
    for part in ("Due today", "Waiting: Less than a day", "Started by a@example.com"):
        assert part in words


def test_a_pristine_desk_has_nothing_to_save(support: Visitor, people: People) -> None:
    people.seen("ana")
    assert "/views/new" not in support.get("/kyc").text


@pytest.mark.parametrize("wrong", ["lane=x", "status=pending", "after=x&kyc=unknown"])
def test_what_the_desk_could_not_use_is_refused(support: Visitor, wrong: str) -> None:
    sent = {"name": "Odd", "filter": f"list=desk&{wrong}"}
    assert "parameters of the address" in support.post("/views", sent, status=422).words
