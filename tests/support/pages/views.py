"""Saving views, and what pages show of them."""

import re

from tests.support.browsing import Page, Visitor

PENDING = {"name": "Pending in Mexico", "filter": "status=pending&country=MX"}
TEXT = {"name": "Ana", "filter": "q=ana.lop&status=pending", "shared": "on"}


def save(visitor: Visitor, data: dict[str, str] = PENDING, **more: str) -> int:
    """Save a view; return its number."""
    before = numbers(visitor)
    visitor.post("/views", {**data, **more})
    (made,) = numbers(visitor) - before
    return made


def numbers(visitor: Visitor) -> set[int]:
    found = re.findall(r'href="/users\?view=(\d+)"', visitor.get("/views").text)
    return {int(number) for number in found}


def navigation(visitor: Visitor) -> str:
    return visitor.fragment("/views", "saved-views").text


def query_of(page: Page) -> str:
    location: str = page.headers["Location"]
    return location.partition("?")[2]
