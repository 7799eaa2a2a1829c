"""Runs of the lab, started as on the page."""

import re
from uuid import UUID

from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows
from tests.support.browsing import Page, Visitor
from tests.support.pages.forms import intent_of

REASON = "Regression of the card pilot"


def order(goal: str, count: int = 1, **changed: str) -> dict[str, str]:
    """Return the fields of the form."""
    usual = {
        "goal": goal,
        "count": str(count),
        "country_code": "CO",
        "language": "es",
        "user_type": "personal",
        "reason": REASON,
    }
    return usual | changed


def start(visitor: Visitor, goal: str, count: int = 1, **changed: str) -> int:
    """Start a run; return its number."""
    fields = order(goal, count, **changed) | {"intent": intent_of(visitor.get("/lab"))}
    return number_of(visitor.post("/lab", fields, status=303))


def number_of(page: Page) -> int:
    """Return the number of the run that an answer leads to."""
    found = re.fullmatch(r"/lab/(\d+)", page.headers["Location"])
    assert found
    return int(found[1])


def users_of(database: Database, run: int) -> list[UUID]:
    """Return the users of a run."""
    of_run = select(job_rows.c.user_id).where(job_rows.c.job_id == run).order_by(job_rows.c.number)
    with database.read() as connection:
        return list(connection.execute(of_run).scalars())


def intent_at(page: Page, action: str) -> str:
    """Return the intent of the form that is sent to an address."""
    form = re.search(rf'action="{action}".*?</form>', page.text, re.DOTALL)
    found = re.search(r'name="intent" value="([^"]+)"', form[0]) if form else None
    assert found
    return found[1]
