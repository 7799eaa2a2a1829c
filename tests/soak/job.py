"""A job that runs while a server, a worker and the database go: users who are registered."""

import re
import time
from collections.abc import Sequence

from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows
from tests.soak.browser import Answer, Request
from tests.soak.journal import Act
from tests.soak.staff import Person, tokens_in
from tests.support.pages.jobs import PATH, emails, table

ROWS_A_MINUTE, ROWS_MOST = 15, 200  # half of what the budget has, so that it lasts
UNDER_WAY = ("waiting", "running")
LOOK_S = 2.0


async def start(person: Person, minutes: float) -> list[Act]:
    """Start it from the page of one of the staff; return what it is to do, one act per row.

    Raises:
        RuntimeError: the page did not start it.

    """
    people = emails(min(ROWS_MOST, max(1, round(ROWS_A_MINUTE * minutes))), "soak")
    rows = table(people)
    empty = await person.load("job: form", PATH)
    sent = {"rows": rows, "do": "check", **tokens_in(empty)}
    preview = await person.click(Request("job: preview", PATH, sent))
    started = await person.click(Request("job: start", PATH, _form_of(preview, rows)))
    if not started.leads_to.startswith("/jobs/"):
        raise RuntimeError(f"no job was started: {started.status} {started.leads_to}")
    return [Act("users:register", email) for email in people]


def _form_of(preview: Answer, rows: str) -> dict[str, str | Sequence[str]]:
    """Return the fields of a preview, to send unchanged."""
    return {
        "rows": rows,
        "do": "start",
        "seen": re.findall(r'name="seen" value="([^"]+)"', preview.text),
        "row": re.findall(r'name="row" value="(\d+)" checked', preview.text),
        "column": re.findall(r'<option value="(\w*)" selected>', preview.text),
        **tokens_in(preview),
    }


def wait_for(database: Database, acts: Sequence[Act], longest_s: float) -> None:
    """Wait until every row has ended, and note on each act what its row says."""
    until = time.monotonic() + longest_s
    while True:
        with database.read() as connection:
            told = dict(connection.execute(select(job_rows.c.email, job_rows.c.state)).all())
        if not set(UNDER_WAY) & set(told.values()) or time.monotonic() > until:
            break
        time.sleep(LOOK_S)
    for act in acts:
        act.is_done = told.get(act.about) == "done"
