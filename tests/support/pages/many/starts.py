"""Pending users that staff have seen, and jobs that start their KYC, as on the page."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.users import sightings
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of
from tests.support.pages.jobs import fields_of
from tests.support.servers.simulator_process import RunningSimulator

PATH = "/kyc/start-many"
HEADER = "email,user_id,first_name,last_name,phone,birth_date"


def pending(
    simulator: RunningSimulator,
    database: Database,
    number: int = 1,
    word: str = "kyc",
    **facts: str,
) -> list[str]:
    """Add pending users to the API and to what we have seen; return their ids."""
    known = [
        simulator.users()[0]
        | {"id": str(uuid4()), "email": f"{word}{each}@example.com", "status": "pending"}
        | {"phone": None, **facts}
        for each in range(1, number + 1)
    ]
    for user in known:
        simulator.add_user(user)
    seen, at = [facts_of(user) for user in known], datetime.now(UTC)
    with database.write() as connection:
        directory.record(connection, seen, at)
        sightings.record(connection, seen, at)
    return [str(user["id"]) for user in known]


def named(database: Database, user_id: str, name: str) -> None:
    """Let us know the name of a user."""
    with database.write() as connection:
        directory.know(connection, UUID(user_id), name=name)


def table(users: Iterable[str]) -> str:
    """Return a table of users by id or email, with names."""
    rows = (f"{each},,Ana,Soto,," if "@" in each else f",{each},Ana,Soto,," for each in users)
    return "\n".join([HEADER, *rows])


def check(visitor: Visitor, rows: str, *, status: int = 200, **fields: str) -> Page:
    """Paste rows and check them."""
    return visitor.post(PATH, {"rows": rows, "do": "check", **fields}, status=status)


def sent_of(page: Page, rows: str) -> dict[str, Any]:
    """Return the fields of a preview, to send unchanged."""
    return {**fields_of(page, rows), "asked": asked(page)}


def asked(page: Page) -> str:
    found = re.search(r'name="asked" value="(\d+)"', page.text)
    assert found
    return found[1]


def start(visitor: Visitor, rows: str, *, ticked: Sequence[int] = ()) -> int:
    """Start a job with the rows that are ready, and with those that are `ticked` besides."""
    fields = sent_of(check(visitor, rows), rows)
    fields["row"] = [*fields["row"], *map(str, ticked)]
    fields["asked"] = str(len(fields["row"]))
    answer = visitor.post(PATH, fields, status=303)
    return int(answer.headers["Location"].rpartition("/")[2])


def started(simulator: RunningSimulator) -> list[str]:
    """Return the users whose start was sent, one for each time."""
    return [
        call.body["userId"]
        for call in simulator.requests()
        if call.method == "POST" and call.path.endswith("/kyc") and isinstance(call.body, dict)
    ]
