"""An open desk is told what changed since it was loaded, and no row of it moves."""

import html
import re
from urllib.parse import urlencode
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.people import LogIn
from tests.views.desk.conftest import People, names

pytestmark = pytest.mark.on_postgres


def polled(visitor: Visitor, page: Page) -> Page:
    """Ask what changed since this page or answer, as its script does."""
    url = html.unescape(re.findall(r'id="follow"[^>]*data-hx-get="([^"]+)"', page.text)[0])
    shown = re.findall(r'\{"shown": "([^"]+)"\}', html.unescape(page.text))[0]
    join = "&" if "?" in url else "?"
    return visitor.fragment(f"{url}{join}{urlencode({'shown': shown})}", "follow")


def rows(page: Page) -> list[UUID]:
    return [UUID(found) for found in re.findall(r'<tr[^>]* id="row-([^"]+)"', page.text)]


def test_while_nothing_changes_the_answer_has_no_rows(support: Visitor, people: People) -> None:
    people.started("ana", 3)
    same = polled(support, support.get("/kyc"))
    assert not rows(same)
    assert "since you looked" not in same.text
    assert 'id="follow"' in same.text
    assert "HX-Push-Url" not in same.headers


def test_a_change_comes_in_place_once_and_is_marked(support: Visitor, people: People) -> None:
    ana, bea = people.started("ana", 3), people.started("bea", 4)
    page = support.get("/kyc")
    people.seen("ana", "active", user_id=ana)
    news = polled(support, page)
    assert rows(news) == [ana]
    assert f'id="row-{bea}"' not in news.text
    assert 'data-hx-swap-oob="true"' in news.text
    row = news.text[news.text.index("<tr") :]
    assert "New</span>" in row
    assert "Became active" in row
    assert "1 became active since you looked today at" in news.words
    assert 'href="/kyc?lane=became_active"' in news.text
    again = polled(support, news)
    assert not rows(again)
    assert "1 became active since you looked" in again.words


def test_who_came_is_counted_and_not_put_between_the_rows(support: Visitor, people: People) -> None:
    people.started("ana", 3)
    page = support.get("/kyc?country=CO")
    people.seen("bea", registered=90)
    news = polled(support, page)
    assert not rows(news)
    assert "1 new since you looked" in news.words
    assert 'href="/kyc?country=CO"' in news.text
    assert 'data-announce="1 new' in news.text


def test_the_number_in_the_navigation_is_kept_right(support: Visitor, people: People) -> None:
    late = people.started("late", 24 + 48 + 5)
    desk, overview = support.get("/kyc"), support.get("/")
    told = "1 of your users is overdue or new to you"
    seen = re.findall(r"""data-hx-vals='{"seen": "([^"]+)"}'""", overview.text)[0]
    for is_owner in (False, True):
        if is_owner:
            support.post(f"/users/{late}/owner", {"owner": "me"})
        for part in (polled(support, desk), support.fragment(f"/?seen={seen}", "follow")):
            assert part.text.count('<span id="to-do" data-hx-swap-oob="true">') == 1
            assert (told in part.words) == is_owner


def test_what_was_shown_belongs_to_who_looked(
    support: Visitor, people: People, log_in: LogIn
) -> None:
    ana = people.started("ana", 3)
    page, other = support.get("/kyc"), log_in(Role.VIEWER)
    people.seen("ana", "active", user_id=ana)
    assert not rows(polled(other, page))
    assert not rows(support.fragment("/kyc?shown=x", "follow"))
    assert "We can’t use these parts of the address: shown." in support.get("/kyc?shown=x").words


def test_the_poll_makes_no_row_visible_that_a_role_sees_masked(
    log_in: LogIn, people: People
) -> None:
    viewer, ana = log_in(Role.VIEWER), people.started("ana", 3)
    page = viewer.get("/kyc")
    people.seen("ana", "active", user_id=ana)
    news = polled(viewer, page)
    assert rows(news) == [ana]
    assert "ana@" not in news.text


def test_a_poll_does_not_extend_the_session(
    support: Visitor, people: People, clock: TestClock
) -> None:
    people.started("ana", 3)
    page = support.get("/kyc")
    clock.advance(minutes=40)
    polled(support, page)
    clock.advance(minutes=21)
    support.fragment("/kyc", "follow", status=401)


def test_a_row_that_becomes_overdue_while_someone_looks_says_so_in_place(
    support: Visitor, people: People, clock: TestClock
) -> None:
    ana = people.seen("ana", registered=47.9)
    people.seen("bea")
    page = support.get("/kyc")
    assert re.search("Due in [56] minutes", page.words)
    clock.advance(minutes=10)
    news = polled(support, page)
    assert rows(news) == [ana]
    assert re.search("Overdue by [34] minutes", news.words)
    assert not rows(polled(support, news))


@pytest.mark.parametrize("query", ["due=overdue", "age=3days&due=overdue", "age=3days&country=CO"])
def test_who_left_a_list_by_time_is_on_the_list_that_the_news_lead_to(
    support: Visitor, people: People, query: str
) -> None:
    ana, bea = (people.started(name, 24 + 53) for name in ("ana", "bea"))
    page = support.get(f"/kyc?{query}")
    people.seen("ana", "active", user_id=ana)
    people.seen("bea", "banned", user_id=bea)
    news = polled(support, page)
    links = map(html.unescape, re.findall(r'class="news[^"]*" href="([^"]+)"', news.text))
    assert [names(support.get(link)) for link in links] == [["ana"], ["bea"]]
