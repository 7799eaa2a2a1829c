"""T-A12: no log-in leads to another site, whatever the address asks for."""

import re
from urllib.parse import quote, unquote, urlsplit

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.services.permissions import Role
from dashboard.web.security.redirects import safe_path
from tests.browser.support.stage import AddPerson, NewContext, Server, enter

TAILS = [2_000, pytest.param(40_000, marks=pytest.mark.weekly)]
PARTS = [
    "/", "//", "\\", "users", "evil.test", "http:", "https:", "javascript:", "data:", ":", "@", "?",
    "#", "&", ";", ".", "..", "%2f", "%2F", "%5c", "%252f", "%09", "%0a", "%0d%0a", "%00", "%2e",
    "\t", "\n", "\r", " ", "\x00", "\x0b", "\x7f", "\u2028", "\uff0f", "\u3002", "[", "]",
    "localhost", "login", "next=", "status=active", "x", "1", "é", "%c3%a9", "\ud83d",
]  # fmt: skip
PAYLOADS = [
    "//evil.test",
    "///evil.test",
    "/\t/evil.test",
    "/%09/evil.test",
    "http:evil.test",
    "http:/evil.test",
    "https://evil.test",
    " //evil.test",
    "\\\\evil.test",
    "/\\evil.test",
    "/\\/evil.test",
    "/%5cevil.test",
    "/%2fevil.test",
    "/%2f%2fevil.test",
    "/users/..//evil.test",
    "/users//evil.test/%2e%2e",
    "/.//evil.test",
    "//localhost@evil.test",
    "javascript:location='//evil.test'",
    "data:text/html,<script>location='//evil.test'</script>",
    "/\n/evil.test",
    "/users?next=//evil.test",
    "/users#//evil.test",
    "//evil%E3%80%82test",
]


def led_to(path: str) -> str:
    """Return the origin that a browser goes to from `http://here`, as the URL standard says."""
    text = re.sub(r"[\t\n\r]", "", path.strip("".join(map(chr, range(33))))).replace("\\", "/")
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", text):
        return text.split(":")[0]
    return "elsewhere" if text.startswith("//") else "here"


@pytest.mark.long
@pytest.mark.parametrize("tails", TAILS)
def test_what_is_allowed_stays_here_whatever_somebody_tries(app: Flask, tails: int) -> None:
    allowed = set()

    @settings(max_examples=tails, database=None)
    @given(
        st.one_of(st.lists(st.sampled_from(PARTS), max_size=9).map("".join), st.text(max_size=40))
    )
    def stays_here(tail: str) -> None:
        for candidate in (tail, f"/{tail}", f"/users{tail}", f"/users?{tail}"):
            path = safe_path(candidate)
            if path is None:
                continue
            allowed.add(path)
            assert path == candidate
            assert led_to(path) == led_to(unquote(path)) == "here", path
            assert urlsplit(path).netloc == ""
            assert not re.search(r"[\x00-\x20\x7f-\uffff]", path)

    with app.test_request_context():
        stays_here()
    assert len(allowed) > tails / 20  # it was not only refusals


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("share", [9, pytest.param(1, marks=pytest.mark.weekly)])
def test_in_chromium_every_payload_ends_at_a_page_of_ours(
    new_context: NewContext, add_person: AddPerson, server: Server, share: int
) -> None:
    """One in so many; `safe_path` is tried with all of them."""
    person = add_person(Role.SUPPORT)
    asked = []
    context = new_context()
    context.on("request", lambda request: asked.append(request.url))
    for payload in PAYLOADS[::share]:
        page = context.new_page()
        page.goto(f"/login?next={quote(payload, safe='')}")
        enter(page, *person)
        page.goto(f"/login?next={quote(payload, safe='')}")  # also for those who are logged in
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/login")
        page.close()
    assert {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in asked} == {
        server.base_url
    }
