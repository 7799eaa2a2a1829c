"""Confirming who one is, and what was typed before."""

import re

from dashboard.store.db.database import Database
from dashboard.store.schema import kept_forms
from tests.support.browsing import Page, Visitor
from tests.support.servers.simulator_process import RunningSimulator

NOT_SENT = "Not sent yet."
REASON = "Reproduce a failed withdrawal"


def user(simulator: RunningSimulator, status: str) -> str:
    return next(str(each["id"]) for each in simulator.users() if each["status"] == status)


def wanted_after(page: Page) -> str:
    """Return where a page that asks leads to afterwards."""
    found = re.search(r'name="next" value="([^"]+)"', page.text)
    assert found, page.words[:300]
    return found[1].replace("&amp;", "&")


def confirm(visitor: Visitor, sent: Page, password: str) -> str:
    """Confirm where a form was sent to; return where that leads."""
    wanted = wanted_after(visitor.get(sent.headers["Location"]))
    answer = visitor.post("/confirm", {"password": password, "next": wanted})
    return str(answer.headers["Location"])


def kept(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(kept_forms.select()).all())
