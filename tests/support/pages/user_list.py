"""Reading the pages of the list of users."""

import html
import re

from tests.support.browsing import Page, Visitor


def shown(page: Page) -> list[str]:
    """Return the ids of the users in the table, in order."""
    return re.findall(r'<a href="/users/([0-9a-f-]{36})\?in=', page.text)


def link(page: Page, rel: str) -> str:
    """Return where a link of this kind leads, "" where there is none."""
    found = re.search(rf'<a\s[^>]*href="([^"]+)"[^>]*rel="{rel}"', page.text)
    return html.unescape(found[1]) if found else ""


def pages(visitor: Visitor, path: str, rel: str = "next") -> list[list[str]]:
    """Return the users of each page from an address on."""
    found = []
    while path:
        page = visitor.get(path)
        found.append(shown(page))
        path = link(page, rel)
    return found


def flat(lists: list[list[str]]) -> list[str]:
    return [each for one in lists for each in one]
