"""A dashboard beside a provider, and somebody who goes there and back."""

import html
import re
from collections.abc import Iterator

import pytest
import requests

from tests.browsing import Page, Visitor
from tests.oidc_provider import CLIENT_ID, OidcProvider, run_provider

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


def ahead(page: Page) -> str:
    """Return where a page goes by itself."""
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
