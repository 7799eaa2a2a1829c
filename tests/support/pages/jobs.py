"""Jobs, started as on the page, and the worker's turns that run them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from flask import Flask
from sqlalchemy import select

from dashboard.partner.asker import Asker, asking_for
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import job_rows
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import intent_of
from tests.support.servers.simulator_process import RunningSimulator

PATH = "/users/register-many"
HEADER = "email,country,phone,language,type"


def table(emails: Iterable[str]) -> str:
    """Return a table of users with these emails."""
    return "\n".join([HEADER, *(f"{email},CO,,es,personal" for email in emails)])


def emails(number: int, word: str = "many") -> list[str]:
    return [f"{word}{each}@example.com" for each in range(1, number + 1)]


def check(visitor: Visitor, rows: str, *, status: int = 200, **fields: str) -> Page:
    """Paste rows and check them."""
    return visitor.post(PATH, {"rows": rows, "do": "check", **fields}, status=status)


def fields_of(page: Page, rows: str) -> dict[str, Any]:
    """Return the fields of a preview, to send unchanged."""
    seen = re.search(r'name="seen" value="([^"]+)"', page.text)
    assert seen
    ticked = re.findall(r'name="row" value="(\d+)" checked', page.text)
    chosen = re.findall(r'<option value="(\w*)" selected>', page.text)
    return {
        "rows": rows,
        "do": "start",
        "intent": intent_of(page),
        "seen": seen[1],
        "row": ticked,
        "column": chosen,
    }


def start(visitor: Visitor, rows: str, *, ticked: Iterable[int] = ()) -> int:
    """Start a job with the rows that are ready, and with those that are `ticked` besides."""
    fields = fields_of(check(visitor, rows), rows)
    fields["row"] = [*fields["row"], *map(str, ticked)]
    answer = visitor.post(PATH, fields, status=303)
    return int(answer.headers["Location"].rpartition("/")[2])


def states(database: Database, job: int) -> list[str]:
    """Return the state of each row, in the table's order."""
    of_job = select(job_rows.c.state).where(job_rows.c.job_id == job).order_by(job_rows.c.number)
    with database.read() as connection:
        return list(connection.execute(of_job).scalars())


def count(database: Database, job: int) -> Counter[str]:
    return Counter(states(database, job))


def registered(simulator: RunningSimulator) -> list[str]:
    """Return the emails that were sent, one for each time."""
    return [call.body["email"] for call in simulator.requests() if call.method == "POST"]


@dataclass
class JobWorker:
    """The worker's turns at jobs, with a clock that moves instead of waiting."""

    services: Services
    clock: TestClock

    def turn(self) -> timedelta:
        with asking_for(Asker.BUDGET):
            return self.services.jobs.runner.work()

    def work(self, turns: int = 2000, longest: timedelta = timedelta(hours=2)) -> None:
        """Take turns until nothing is left to do, or the rest has a very long wait."""
        idle_until = None
        for _ in range(turns):
            wait = self.turn()
            if not wait:
                idle_until = None
                continue
            now = self.clock()
            idle_until = idle_until or now + longest
            if self.is_idle() or now > idle_until:
                return
            self.clock.advance(seconds=max(wait.total_seconds(), 1))
        raise AssertionError("It does not end.")

    def is_idle(self) -> bool:
        """Return whether no running job has a row left."""
        found, _ = self.services.jobs.control.newest(0, None, before=None)
        return all(each.job.is_over or each.job.state == "paused" for each in found)


def worker_of(app: Flask, clock: TestClock) -> JobWorker:
    return JobWorker(cast("Services", app.extensions["services"]), clock)
