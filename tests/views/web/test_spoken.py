"""Announcements of lists that htmx loads: never the same for two filters or pages."""

import re

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Page, Visitor
from tests.support.people import LogIn


def said(page: Page) -> str:
    (text,) = re.findall(r'data-announce="([^"]+)"', page.text)
    return " ".join(text.split())


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.mark.parametrize(
    ("path", "root", "name", "values"),
    [
        ("/users", "results", "status", ["active", "pending", "suspended", "banned"]),
        ("/users", "results", "page", ["2", "3"]),
        (
            "/kyc",
            "list",
            "lane",
            ["link_expired", "elsewhere", "unknown", "link_fresh", "became_active", "closed"],
        ),
        ("/", "attention", "kind", ["unknown", "expired", "elsewhere"]),
        ("/audit", "entries", "outcome", ["attempted", "succeeded"]),
    ],
)
def test_what_a_list_says_tells_its_filters_and_pages_apart(
    admin: Visitor, path: str, root: str, name: str, values: list[str]
) -> None:
    paths = [path, *(f"{path}?{name}={value}" for value in values)]
    texts = [said(admin.fragment(each, root)) for each in paths]
    assert len(set(texts)) == len(texts), texts
    assert not any("  " in text or text.endswith((".", ":")) for text in texts)
