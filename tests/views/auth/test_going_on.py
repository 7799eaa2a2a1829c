"""Links from other sites: the page goes on to itself, and the session comes along."""

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.sso import ahead
from tests.support.people import LogIn

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("path", ["/users?status=pending&page=2", "/login", "/", "/link/abc?x=%0d"])
def test_a_page_opened_from_another_site_goes_on_to_itself_without_a_cookie(
    visitor: Visitor, path: str
) -> None:
    page = visitor.get(path, headers=CROSS_SITE)
    assert ahead(page) == path
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"
    again = visitor.http.get(path, headers={**CROSS_SITE, "Sec-Fetch-Site": "same-origin"})
    assert "refresh" not in again.text


def test_a_page_that_is_framed_or_fetched_by_another_site_does_not_go_on(visitor: Visitor) -> None:
    for dest in ("iframe", "empty", "image"):
        answer = visitor.http.get("/users", headers={**CROSS_SITE, "Sec-Fetch-Dest": dest})
        assert answer.status_code == 303


def test_an_address_of_no_page_does_not_go_on(visitor: Visitor) -> None:
    for path in ("/no-such-page", "/users//new", "/users/not-a-uuid"):
        answer = visitor.http.get(path, headers=CROSS_SITE)
        assert answer.status_code in {308, 404}, path
        assert "refresh" not in answer.text


def test_whoever_brings_their_session_along_is_answered_at_once(log_in: LogIn) -> None:
    assert "Users" in log_in(Role.SUPPORT).get("/users", headers=CROSS_SITE).words
