"""Addresses and headers of requests, of any length and kind."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import dashboard
from dashboard.services.permissions import Role
from tests.rules.test_fields import NASTY, SLOWEST_S
from tests.support.browsing import Visitor
from tests.support.clock import cpu_s
from tests.support.people import LogIn
from tests.support.sampling import all_of

HEADERS = (
    "Accept-Language",
    "User-Agent",
    "X-Request-Id",
    "Referer",
    "Origin",
    "HX-Current-URL",
    "HX-Target",
    "HX-Trigger",
    "Sec-Fetch-Site",
    "X-CSRFToken",
    "Cookie",
    "If-None-Match",
)
PATHS = (
    "/users/{}",
    "/audit/{}",
    "/audit/people/{}",
    "/link/{}",
    "/staff/{}",
    "/tokens/{}",
    "/static/{}",
    "/login?next={}",
    "/confirm?next={}",
    "/users?q={}",
    "/users?page={}",
    "/audit?since={}",
    "/?kind={}",
    "/users/new?country_code={}&identity=1&user_type={}",
    "/login/sso/callback?state={}&code={}&iss={}",
)


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def seconds(act: Callable[[], int]) -> tuple[float, int]:
    statuses: list[int] = []
    took = cpu_s(lambda: statuses.append(act()), 2 * SLOWEST_S)
    return took, statuses[-1]


@all_of("name", HEADERS)
def test_a_long_header_is_read_in_no_time(admin: Visitor, name: str) -> None:
    for kind in ("blanks", "letters around blanks", "digits", "letters", "ats", "hyphens"):
        value = NASTY[kind][:100_000]
        took, status = seconds(
            lambda v=value: admin.http.get("/account", headers={name: v}).status_code  # type: ignore[misc]
        )
        assert (status < 500, took < 2 * SLOWEST_S) == (True, True), (kind, took, status)


@pytest.mark.parametrize("path", PATHS)
def test_a_long_address_is_read_in_no_time(admin: Visitor, path: str) -> None:
    for kind in ("digits", "letters", "dots", "hyphens", "ats")[PATHS.index(path) % 3 :: 3]:
        address = path.replace("{}", NASTY[kind][:100_000].replace("@", "%40"))
        took, status = seconds(lambda a=address: admin.http.get(a).status_code)  # type: ignore[misc]
        most = 4 * SLOWEST_S * path.count("{}")
        assert (status < 500, took < most) == (True, True), (kind, took, status)


# Fields that a view reads itself: each is a path, a signed value or a name of ours.
READ_BY_VIEWS = {
    "intent": "/users",
    "answer": "/confirm/passkey",
    "change": "/views/1",
    "email": "/users/new",
    "list": "/filters",
    "next": "/confirm/passkey",
    "back": "/users/registrations/1/check",
    "csrf_token": "/account",
    "do": "/users/register-many",
    "sent_to": "/kept",
    "with": "/login/code",
}
SOURCES = Path(dashboard.__path__[0])
READ = re.compile(r"request\.(?:form|values)(?:\.get\(|\[)\"?(\w+)")


def test_a_view_reads_no_other_field_itself() -> None:
    read = {
        name.lower()
        for path in SOURCES.rglob("*.py")
        if "simulator" not in path.parts
        for name in READ.findall(path.read_text())
    }
    assert read == set(READ_BY_VIEWS)


@pytest.mark.parametrize("name", READ_BY_VIEWS)
def test_a_field_that_a_view_reads_itself_takes_no_time(admin: Visitor, name: str) -> None:
    for kind, text in [*NASTY.items()][len(name) % 3 :: 3]:
        fields = {"csrf_token": admin.csrf_token(), name: text[:100_000]}
        took, status = seconds(
            lambda f=fields: admin.http.post(READ_BY_VIEWS[name], data=f).status_code  # type: ignore[misc]
        )
        assert (status < 500, took < 6 * SLOWEST_S) == (True, True), (kind, took, status)
