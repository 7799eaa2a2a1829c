"""Filling in the forms that act, as they were rendered."""

import re
import secrets

from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log


def intent_of(page: Page) -> str:
    """Return the intent that a rendered form carries."""
    found = re.search(r'name="intent" value="([^"]+)"', page.text)
    assert found, page.words[:300]
    return found[1]


def registration(**changed: str) -> dict[str, str]:
    """Return a registration of a new user."""
    return {
        "user_type": "personal",
        "email": f"new-{secrets.token_hex(4)}@example.com",
        "country_code": "CO",
        "phone": "",
        "preferred_language": "es",
        **changed,
    }


KYC = {"first_name": "Ana", "last_name": "Pérez Nguyễn", "email": "ana@example.com"}
TOKEN = {"reason": "Reproduce a failed withdrawal", "ticket": "SUP-1"}


def send(visitor: Visitor, path: str, fields: dict[str, str], *, status: int) -> Page:
    """Open the form at its page, fill it in and send it."""
    page = visitor.get("/users/new" if path == "/users" else path)
    return visitor.post(path, {**fields, "intent": intent_of(page)}, status=status)


def trail(database: Database, action: str) -> list[tuple[str, int | None]]:
    """Return outcome and attempt of every audit row of an action."""
    return [(row.outcome, row.attempt_seq) for row in audit_log.entries(database, action)]
