"""A dashboard beside a provider, and a person who goes there and back."""

import html
import re
from collections.abc import Iterator

import pytest
import requests

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.staff.members import StaffMember
from tests.support.browsing import Page, Visitor
from tests.support.people import Hire
from tests.support.servers.oidc_provider import CLIENT_ID, OidcProvider, run_provider

COOKIE = "__Host-dashboard-local-sso"
AHEAD = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


@pytest.fixture(scope="module")
def running_provider() -> Iterator[OidcProvider]:
    with run_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: OidcProvider) -> OidcProvider:
    """A provider that does as it should."""
    running_provider.reset()
    return running_provider


@pytest.fixture
def settings(settings: dict[str, str], provider: OidcProvider) -> dict[str, str]:
    """Single sign-on is set up; without a table of roles."""
    return {
        **settings,
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": provider.client_secret,
    }


@pytest.fixture
def employee(hire: Hire, provider: OidcProvider) -> None:
    """A person who could log in if everything were right."""
    email, _ = hire(Role.SUPPORT)
    provider.claims = {"sub": "ana-1", "email": email, "email_verified": True}


def ahead(page: Page) -> str:
    """Return where a page redirects automatically."""
    found = AHEAD.search(page.text)
    assert found, page.words
    return html.unescape(found[1])


def go_out(visitor: Visitor, next_path: str = "", begin: str = "/login/sso") -> str:
    """Begin, let the provider let us in, and return the address that it sends the browser to."""
    page = visitor.post(begin, {"next": next_path}, status=200)
    answer = requests.get(ahead(page), allow_redirects=False, timeout=20)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("http://localhost")


def come_back(visitor: Visitor, address: str, *, status: int = 200) -> Page:
    """Open that address."""
    return visitor.get(address, status=status)


def log_in_by_sso(visitor: Visitor, *, next_path: str = "", status: int = 200) -> Page:
    """Go there and back."""
    return come_back(visitor, go_out(visitor, next_path), status=status)


def somebody(email: str, *groups: str, subject: str = "ana-1") -> dict[str, object]:
    """Return the claims of a person with a verified email."""
    return {
        "sub": subject,
        "email": email,
        "email_verified": True,
        "name": "Ana Martins",
        "groups": [*groups],
    }


def member(staff: Staff, email: str) -> StaffMember:
    found = staff.find(email)
    assert found
    return found


def refused(page: Page, visitor: Visitor, *words: str) -> None:
    """No one is logged in, the page says what to do, and nothing is kept."""
    assert "We couldn’t log you in with Company account (SSO)" in page.words
    assert all(word in page.words for word in words), page.words
    assert "Back to log-in" in page.words
    assert [cookie for cookie in page.headers.getlist("Set-Cookie") if COOKIE not in cookie] == []
    visitor.get("/users", status=303)
