"""Users with a long story: a known number of events of every source."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import contacts, exported_users, notes, sightings, visits

STEP = timedelta(minutes=7)
SOURCES = 6


def leave_story(
    database: Database, chain: Chain, user_id: UUID, staff_id: int, number: int, last_at: datetime
) -> None:
    """Leave so many events of a user, the newest at `last_at`, and a visit for each export."""
    whose = {"user_id": user_id}
    with database.write() as connection:
        for place in range(number):
            at = last_at - STEP * (number - 1 - place)
            match place % SOURCES:
                case 0:
                    seen = {"status": ("pending", "suspended")[place // SOURCES % 2], **whose}
                    named = {"email": f"{user_id}@example.com", "email_folded": str(user_id)}
                    times = {"first_seen_at": at, "last_seen_at": at + STEP / 2}
                    connection.execute(insert(sightings).values(**seen, **named, **times))
                case 1:
                    made = {"staff_id": staff_id, "kind": "called_no_answer", "at": at, **whose}
                    connection.execute(insert(contacts).values(made))
                case 2:
                    words = {"body": f"Note {place}", "created_at": at, "staff_id": staff_id}
                    wrote = insert(notes).values(**words, **whose).returning(notes.c.id)
                    note = connection.execute(wrote).scalar_one()
                    entry = _entry("notes:add", user_id, staff_id, at, {"note": note})
                    audit.append(connection, chain, entry)
                case 3:
                    entry = _entry("users:export", None, staff_id, at, {"rows": 1})
                    held = {"at": at, "audit_seq": audit.append(connection, chain, entry), **whose}
                    connection.execute(insert(exported_users).values(held))
                    opened = {"hour_at": at, "staff_id": staff_id, "times": 2, **whose}
                    connection.execute(insert(visits).values(opened))
                case 4:
                    audit.append(connection, chain, _entry("pii:reveal", user_id, staff_id, at, {}))
                case _:
                    ended = _entry("tokens:issue", user_id, staff_id, at, {})
                    begun = replace(ended, at=at - STEP / 2, outcome=Outcome.ATTEMPTED)
                    seq = audit.append(connection, chain, begun)
                    audit.append(connection, chain, replace(ended, attempt_seq=seq))


def _entry(
    action: str, user_id: UUID | None, staff_id: int, at: datetime, details: dict[str, int]
) -> NewEntry:
    entry = NewEntry(at, action, Outcome.SUCCEEDED, staff_id, details=details)
    return replace(entry, subject_kind="user", subject_id=str(user_id)) if user_id else entry
