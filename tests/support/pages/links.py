"""One-time links, as an admin gets them and as the person opens them."""

import re

from tests.support.browsing import Page, Visitor


def link_in(page: Page) -> str:
    """Return the path of the link that a page hands over."""
    found = re.search(r'id="link">http://localhost(/link/[\w-]{43})</code>', page.text)
    assert found, page.words[:300]
    return found[1]


def invite(admin: Visitor, email: str, *roles: str, name: str = "Bruno Costa") -> str:
    """Add a member; return their link."""
    sent = {"email": email, "name": name, "roles": list(roles or ("support",))}
    return link_in(admin.post("/staff", sent, status=200))  # type: ignore[arg-type]  # a list of one field


def choose(visitor: Visitor, link: str, password: str, *, status: int = 303) -> Page:
    """Open the link's form and send a password."""
    return visitor.post(link, {"new_password": password}, status=status)
