"""What staff write about users: notes, what they said before, and what is not saved yet."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Uuid

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

notes = Table(
    "notes",
    metadata,
    _id(),
    _user(),
    _staff(),
    _text("body"),  # empty once deleted: the revisions keep it
    _at("created_at"),
    Column("revision", Integer, nullable=False, server_default="1"),  # of how many texts it had
    _at("changed_at", nullable=True),
    _at("deleted_at", nullable=True),
    _text("folded", default=""),  # as `text.search.name_key` writes it; the migration indexes it
    Index(None, "user_id", "id"),
)

note_revisions = Table(
    "note_revisions",
    metadata,
    Column("note_id", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    _user(),
    _text("body"),
    _at("written_at"),
    Index(None, "user_id"),
)

note_edits = Table(  # what its author types in place of a note's text, and has not saved yet
    "note_edits",
    metadata,
    Column("note_id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
    _user(),
    _text("body"),
    _at("saved_at"),
    Index(None, "user_id"),
)

note_drafts = Table(
    "note_drafts",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    _text("body"),
    _at("saved_at"),
)
