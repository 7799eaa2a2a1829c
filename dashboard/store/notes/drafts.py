"""What staff write and have not saved yet: one draft for each of them and each user."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, literal, null, select, union_all

from dashboard.store.db.database import Transaction
from dashboard.store.db.upsert import upsert
from dashboard.store.notes import book
from dashboard.store.notes.book import Note
from dashboard.store.schema import note_drafts, note_edits

KEPT = 50  # of one person


@dataclass(frozen=True)
class Draft:
    """A text that was typed, and when it was kept.

    `revision` is that of the note whose text it would replace, None for a new note.
    """

    body: str = field(repr=False)
    saved_at: datetime
    revision: int | None = None


def put(transaction: Transaction, staff_id: int, user_id: UUID, draft: Draft) -> None:
    """Keep a draft in place of the one before, and of a person's others only the last ones."""
    others = (note_drafts.c.staff_id == staff_id, note_drafts.c.user_id != user_id)
    newest = select(note_drafts.c.user_id).where(*others).order_by(*_NEWEST_FIRST).limit(KEPT - 1)
    transaction.execute(delete(note_drafts).where(*others, note_drafts.c.user_id.not_in(newest)))
    values: dict[str, Any] = {"body": draft.body, "saved_at": draft.saved_at}
    kept = upsert(transaction, note_drafts).values(staff_id=staff_id, user_id=user_id, **values)
    transaction.execute(
        kept.on_conflict_do_update(index_elements=["staff_id", "user_id"], set_=values)
    )


def drop(transaction: Transaction, staff_id: int, user_id: UUID) -> None:
    """Delete a draft."""
    columns = note_drafts.c
    transaction.execute(
        delete(note_drafts).where(columns.staff_id == staff_id, columns.user_id == user_id)
    )


def put_edit(transaction: Transaction, note: Note, draft: Draft) -> None:
    """Keep what is typed in place of a note's text."""
    values: dict[str, Any] = {
        "body": draft.body,
        "revision": note.revision,
        "saved_at": draft.saved_at,
    }
    kept = upsert(transaction, note_edits).values(note_id=note.id, user_id=note.user_id, **values)
    transaction.execute(kept.on_conflict_do_update(index_elements=["note_id"], set_=values))


def drop_edit(transaction: Transaction, note_id: int) -> None:
    """Delete it."""
    transaction.execute(delete(note_edits).where(note_edits.c.note_id == note_id))


def edit_of(connection: Connection, note_id: int) -> Draft | None:
    """Return what was typed in place of a note's text."""
    columns = note_edits.c
    wanted = select(columns.body, columns.saved_at, columns.revision)
    row = connection.execute(wanted.where(columns.note_id == note_id)).first()
    return Draft(*row) if row else None


def with_notes(
    connection: Connection, user_id: UUID, staff_id: int, limit: int
) -> tuple[list[Note], Draft | None]:
    """Return the newest notes on a user and the person's own draft, in one statement."""
    asked = {"user_id": user_id, "staff_id": staff_id, "most": limit}
    rows = [book.note_of(row) for row in connection.execute(_WITH_NOTES, asked)]
    kept = next((Draft(row.body, row.created_at) for row in rows if not row.id), None)
    notes = sorted((row for row in rows if row.id), key=lambda note: note.id, reverse=True)
    return notes, kept


_NEWEST_FIRST = (note_drafts.c.saved_at.desc(), note_drafts.c.user_id)
_DRAFT = select(
    *(literal(0), note_drafts.c.user_id, note_drafts.c.staff_id, literal("")),
    *(note_drafts.c.body, note_drafts.c.saved_at, literal(0), null(), null()),
).where(
    note_drafts.c.user_id == bindparam("user_id"), note_drafts.c.staff_id == bindparam("staff_id")
)
_WITH_NOTES = union_all(select(book.NEWEST.subquery()), _DRAFT)
