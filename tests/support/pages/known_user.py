"""A user whom every table that can know one knows: met through the pages, as staff do."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote_plus
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, inspect, select, text, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.lab.steps import LabStep, StepKind, StepOutcome
from dashboard.store.lab.steps import put as put_step
from dashboard.store.schema import (
    contacts,
    exported_users,
    follow_holds,
    job_rows,
    note_drafts,
    note_edits,
    note_revisions,
    notes,
    owners,
    requests,
    selected_users,
    selections,
    sessions,
    snoozes,
    user_tags,
    visits,
)
from dashboard.store.tags.tags import add as add_tag
from dashboard.text.search import digits, fold
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, registration, send
from tests.support.pages.jobs import start, table
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

EMAIL, PHONE, FIRST, LAST = "Qzxv.Jkwq@example.com", "+573009876501", "Zyxq", "Wvkjö"

INDEXES = ("audit_index", "directory_index", "notes_index")


@dataclass(frozen=True)
class KnownUser:
    """A user, and the texts that must not be found once they are erased."""

    id: UUID
    texts: frozenset[str]


def make_known(
    admin: Visitor, database: Database, simulator: RunningSimulator, email: str = EMAIL
) -> KnownUser:
    """Register a user, start their KYC, issue a token, and leave a note and an unsent form."""
    sent = registration(email=email, phone=PHONE)
    moved = send(admin, "/users", sent, status=303).headers["Location"]
    user_id = UUID(moved.rpartition("/")[2])
    send(
        admin, f"/users/{user_id}/kyc", {**KYC, "first_name": FIRST, "last_name": LAST}, status=303
    )
    simulator.set_status(str(user_id), "active")
    why = {"reason": f"Asked by {email}, {FIRST}", "ticket": f"for {email}"}
    send(admin, f"/users/{user_id}/tokens", why, status=200)
    admin.post("/kept", {"sent_to": f"/users/{user_id}/kyc", "first_name": FIRST})
    admin.post("/kept", {"sent_to": "/users", "email": email})
    admin.get(f"/users/{user_id}")
    admin.post(
        "/views", {"name": f"View of {user_id}", "filter": f"q={quote_plus(email)}"}, status=303
    )
    start(admin, table([email]), ticked=[1])
    looked = admin.post("/users/look-through", {"q": email}).headers["Location"]
    admin.post(f"{looked}/next", {})
    at = datetime.now(UTC)
    with database.write() as connection:
        _leave_story(connection, user_id, at)
        of_row = update(job_rows).where(job_rows.c.email == email)
        connection.execute(of_row.values(user_id=user_id))  # as once it is done
        row = connection.execute(select(job_rows).where(job_rows.c.email == email)).one()
        step = LabStep(StepKind.REGISTER, StepOutcome.PASSED, at, body=json.dumps({"email": email}))
        put_step(connection, row.job_id, row.id, user_id, step)
        connection.execute(insert(follow_holds), {"user_id": user_id, "ends_at": at})
        for row in connection.execute(select(sessions)).all():  # what waits to be told
            data = json.loads(row.data) | {"_flashes": [["looked", {"email": email}]]}
            of_it = update(sessions).where(sessions.c.id_hash == row.id_hash)
            connection.execute(of_it.values(data=json.dumps(data)))
    return KnownUser(user_id, _spellings(email, PHONE, FIRST, LAST))


def _leave_story(connection: Connection, user_id: UUID, at: datetime) -> None:
    """Leave a row in every table of the story of a user."""
    body, mine = f"{FIRST} called", {"user_id": user_id, "staff_id": 1}
    wrote = {"body": body, "folded": fold(body), "created_at": at}
    number = connection.execute(insert(notes).values(**mine, **wrote).returning(notes.c.id))
    earlier = {"note_id": number.scalar_one(), "revision": 1, "user_id": user_id, "body": body}
    connection.execute(insert(note_revisions).values(**earlier, written_at=at))
    connection.execute(insert(note_edits).values(**earlier, saved_at=at))
    connection.execute(insert(note_drafts).values(**mine, body=body, saved_at=at))
    connection.execute(insert(contacts).values(**mine, kind="other", at=at))
    connection.execute(insert(owners).values(**mine, since_at=at, active_at=at, is_seen=True))
    connection.execute(insert(snoozes).values(**mine, until_at=at, snoozed_at=at))
    selection = connection.execute(select(selections.c.id)).scalar()  # each person has one
    if selection is None:
        picked = insert(selections).values(staff_id=1, changed_at=at).returning(selections.c.id)
        selection = connection.execute(picked).scalar_one()
    connection.execute(insert(selected_users).values(selection_id=selection, user_id=user_id))
    tag = add_tag(connection, str(user_id), "VIP", "blue", at)
    connection.execute(insert(user_tags).values(**mine, tag_id=tag, set_at=at))
    connection.execute(insert(visits).values(**mine, hour_at=at, times=1))
    connection.execute(insert(exported_users).values(user_id=user_id, at=at, audit_seq=1))
    call = {"at": at, "verb": "GET", "path": "/users/{id}", "result": "ok", "cause": ""}
    connection.execute(insert(requests).values(**mine, **call, took_ms=1, tries=1))


def _spellings(*texts: str) -> frozenset[str]:
    """Return texts in each form that a table may hold them in."""
    plain = {form for each in texts for form in (each, each.lower(), fold(each), digits(each))}
    written = {form for each in plain for form in (each, json.dumps(each)[1:-1], quote_plus(each))}
    return frozenset(written - {""})


def tables_naming(connection: Connection, known: KnownUser) -> set[str]:
    """Return the tables that hold such a text, of all but the audit and SQLite's indexes."""
    names = inspect(connection).get_table_names()
    found = set()
    for name in names:
        if name == "audit" or name.startswith(INDEXES):
            continue
        rows = connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608  a name of ours
        held = "\n".join(str(value).lower() for row in rows for value in row)
        if any(each.lower() in held for each in known.texts):
            found.add(name)
    return found


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    """Someone who may erase."""
    return log_in(Role.ADMIN)


@pytest.fixture
def known(admin: Visitor, database: Database, simulator: RunningSimulator) -> KnownUser:
    """A user that every table knows."""
    return make_known(admin, database, simulator)
