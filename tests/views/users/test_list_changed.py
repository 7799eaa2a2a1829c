"""Paging by number while the list changes: the page says so and offers to start again."""

import html
import re

import pytest

from tests.support.browsing import Page, Visitor
from tests.support.servers.simulator_process import RunningSimulator

SAID = "The list changed while you were paging"


def link(page: Page, rel: str) -> str:
    found = re.search(rf'<a href="([^"]+)"[^>]* rel="{rel}"', page.text)
    assert found
    return html.unescape(found[1])


def test_users_who_leave_a_status_while_somebody_pages(
    support: Visitor, simulator: RunningSimulator
) -> None:
    path = "/users?status=pending"
    pending = [user["id"] for user in simulator.users() if user["status"] == "pending"]
    first = support.get(path)
    second = support.get(link(first, "next"))
    assert SAID not in second.words
    simulator.set_status(pending[0], "active")
    for page in (support.get(link(first, "next")), support.get(f"{path}&page=2&of={len(pending)}")):
        assert f"it had {len(pending)} users and now has {len(pending) - 1}." in page.words
        start = re.search(r'<a href="([^"]+)"[^>]*>Start again</a>', page.text)
        assert start
        again = support.get(html.unescape(start[1]))
        assert SAID not in again.words
        assert SAID not in support.get(link(again, "next")).words


def test_it_is_said_on_every_further_page_and_not_on_the_first(
    support: Visitor, simulator: RunningSimulator
) -> None:
    known = len(simulator.users())
    page = support.get(f"/users?page=2&of={known + 3}")
    assert SAID in page.words
    assert SAID in support.get(link(page, "next")).words
    assert SAID not in support.get(f"/users?page=1&of={known + 3}").words


def test_under_htmx_the_number_stays_out_of_the_address(support: Visitor) -> None:
    page = support.get("/users")
    assert 'data-hx-get="/users?page=2"' in page.text
    assert "data-hx-vals='{\"of\": 120}'" in page.text
    part = support.fragment("/users?page=2&of=121", "results")
    assert part.headers["HX-Push-Url"] == "/users?page=2"
    assert SAID in part.words


@pytest.mark.parametrize("of", ["x", "-1", "1e3", "9" * 30, "120&of=121"])
def test_what_is_no_number_of_users_is_dropped(support: Visitor, of: str) -> None:
    page = support.get(f"/users?page=2&of={of}")
    assert SAID not in page.words
    assert "We can’t use these parts of the address" in page.words


def test_a_list_without_a_total_says_nothing(support: Visitor, simulator: RunningSimulator) -> None:
    simulator.set_rivals(list_counters="none")
    assert SAID not in support.get("/users?page=2&of=7").words
