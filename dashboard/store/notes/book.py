"""Notes on users: what each says now, and what it said before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from dashboard.store.db import trigrams
from dashboard.store.db.database import Transaction
from dashboard.store.db.texts import holds_part
from dashboard.store.schema import note_revisions, notes, staff
from dashboard.store.staff import names as staff_names
from dashboard.text.search import START, name_key

FOLDED_AT_LEAST = 200


@dataclass(frozen=True)
class Note:
    """A note as it is now. `revision` counts its texts from 1; a deleted note has no text."""

    id: int
    user_id: UUID
    staff_id: int
    author: str
    body: str = field(repr=False)
    created_at: datetime
    revision: int
    changed_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True)
class EarlierText:
    """What a note said until it was changed or deleted."""

    revision: int
    body: str = field(repr=False)
    written_at: datetime


def add(transaction: Transaction, user_id: UUID, staff_id: int, body: str, at: datetime) -> int:
    """Write a note; return its number."""
    statement = insert(notes).values(
        user_id=user_id, staff_id=staff_id, body=body, folded=_folded(body), created_at=at
    )
    return int(transaction.execute(statement.returning(notes.c.id)).scalar_one())


def change(transaction: Transaction, note: Note, body: str, at: datetime) -> None:
    """Give a note another text, and keep the one that it has."""
    _keep(transaction, note)
    _set(transaction, note, body, changed_at=at, revision=note.revision + 1)


def delete(transaction: Transaction, note: Note, at: datetime) -> None:
    """Take a note away, and keep its text among the earlier ones."""
    _keep(transaction, note)
    _set(transaction, note, "", deleted_at=at)


def find(connection: Connection, user_id: UUID, note_id: int) -> Note | None:
    """Return a note on a user, deleted or not; None where there is none of this number."""
    statement = NOTES.where(notes.c.id == note_id, notes.c.user_id == user_id)
    row = connection.execute(statement).first()
    return note_of(row) if row else None


def of_user(
    connection: Connection, user_id: UUID, limit: int, before: int | None = None
) -> list[Note]:
    """Return the newest notes on a user, of those before a number."""
    statement = NEWEST if before is None else NEWEST.where(notes.c.id < before)
    rows = connection.execute(statement, {"user_id": user_id, "most": limit})
    return [note_of(row) for row in rows]


def last_by(connection: Connection, user_id: UUID, staff_id: int) -> Note | None:
    """Return the newest note that a person wrote on a user."""
    statement = NEWEST.where(notes.c.staff_id == staff_id)
    row = connection.execute(statement, {"user_id": user_id, "most": 1}).first()
    return note_of(row) if row else None


def earlier_texts(connection: Connection, note_id: int, limit: int) -> list[EarlierText]:
    """Return the last texts that a note had before, newest first."""
    columns = note_revisions.c
    statement = select(columns.revision, columns.body, columns.written_at)
    statement = statement.where(columns.note_id == note_id).order_by(columns.revision.desc())
    statement = statement.limit(limit)
    return [EarlierText(**row._asdict()) for row in connection.execute(statement)]


def matching(connection: Connection, text: str) -> Select[UUID]:
    """Return the statement for the users who have a note with this folded text.

    As in names, one or two characters match only the start of a word.
    """
    sought = _sought(text)
    having = select(notes.c.user_id).where(holds_part(notes.c.folded, sought))
    if connection.dialect.name == "sqlite":
        return having.where(notes.c.id.in_(trigrams.rows_with("notes_index", sought)))
    return having.where(notes.c.folded.contains(sought, autoescape=True))


def having(connection: Connection, text: str, user_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of these users have a note with this folded text."""
    of_them = notes.c.user_id.in_(user_ids)
    statement = select(notes.c.user_id).where(of_them, holds_part(notes.c.folded, _sought(text)))
    return frozenset(connection.execute(statement).scalars())


def _sought(text: str) -> str:
    sought = text.replace(" ", START)
    return sought if len(sought) >= trigrams.LENGTH else START + sought


NOTES = select(
    notes.c.id,
    notes.c.user_id,
    notes.c.staff_id,
    staff_names.of().label("author"),
    notes.c.body,
    notes.c.created_at,
    notes.c.revision,
    notes.c.changed_at,
    notes.c.deleted_at,
).join_from(notes, staff)
# On one user.
NEWEST = (
    NOTES.where(notes.c.user_id == bindparam("user_id"), notes.c.deleted_at.is_(None))
    .order_by(notes.c.id.desc())
    .limit(bindparam("most"))
)


def note_of(row: Row[*tuple[Any, ...]]) -> Note:
    """Return a row of `NOTES` as a note."""
    return Note(**row._asdict())


def _keep(transaction: Transaction, note: Note) -> None:
    values = {"note_id": note.id, "revision": note.revision, "user_id": note.user_id}
    written_at = note.changed_at or note.created_at
    transaction.execute(
        insert(note_revisions).values(**values, body=note.body, written_at=written_at)
    )


def _set(transaction: Transaction, note: Note, body: str, **values: object) -> None:
    statement = update(notes).where(notes.c.id == note.id)
    transaction.execute(statement.values(body=body, folded=_folded(body), **values))


def _folded(body: str) -> str:
    """Return a note's text for the search; where it grows when folded, its beginning."""
    return name_key(body)[: max(FOLDED_AT_LEAST, 2 * len(body))]
