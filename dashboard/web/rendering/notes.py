"""Notes on a page: who sees them, the form that adds one, and their text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import Flask, flash, get_flashed_messages

from dashboard.forms.story.notes import NoteForm
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.notes.notes import UserNotes
from dashboard.services.permissions import Permission
from dashboard.store.notes.book import Note
from dashboard.text.characters import write_out
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services, signed_in
from dashboard.web.problems import Problem
from dashboard.web.sight import sees_kyc_links, sees_personal

LEAD, LINES = 600, 12  # of a long note that are shown at first
_TICKET = re.compile(r"\b[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}\b", re.ASCII)
_IN_LINE = re.compile(r"[^\n\t]+")


@dataclass(frozen=True)
class NotesCard:
    """The newest notes on a user, and the form of a new one.

    `missed` were added by others meanwhile; for a `problem` nothing was saved.
    """

    of: UserNotes
    form: NoteForm
    missed: tuple[Note, ...] = ()
    problem: Problem | None = None


def init_notes(app: Flask) -> None:
    """Give templates the filters that write a note."""
    app.jinja_env.filters.update(note_cut=note_cut, note_parts=note_parts)


def notes_card(user_id: UUID) -> NotesCard | None:
    """Return the notes on a user; None for a person who sees such data masked.

    The form has what was typed when a session ended, else the draft.
    """
    if not sees_personal(user_id):
        return None
    typed = restore_form("notes.add") if signed_in().may(Permission.NOTES_WRITE) else None
    notes = services().notes.of_user(user_id, signed_in().staff.id)
    draft = {"note": notes.draft.body} if notes.draft else {}
    seen = cast("list[int]", get_flashed_messages(category_filter=[_added(user_id)]))
    return card_of(notes, NoteForm(typed, data=draft), min(seen, default=None))


def card_of(notes: UserNotes, form: NoteForm, seen: int | None = None) -> NotesCard:
    """Return the notes with a form; `seen` is the newest note that its page had shown."""
    missed = () if seen is None else notes.missed(seen, signed_in().staff.id)
    return NotesCard(notes, form, missed)


def tell_added(user_id: UUID, seen: int) -> None:
    """Let the next page of a user tell what others added meanwhile."""
    flash(seen, _added(user_id))  # type: ignore[arg-type]  # any value of JSON


def note_cut(body: str) -> tuple[str, str]:
    """Return a note's text, and of a long one its beginning and the rest.

    Verification links are masked first, for those who may not see them.
    """
    body = body if sees_kyc_links() else without_inquiries(body)
    lines = body.split("\n")
    end = min(LEAD, sum(len(line) + 1 for line in lines[:LINES]))
    if len(body) <= end:
        return body, ""
    blank = max(body.rfind(" ", LEAD // 2, end), body.rfind("\n", 0, end)) + 1
    end = blank or end
    return body[:end].rstrip("\n"), body[end:]


def note_parts(text: str) -> Iterator[tuple[str, bool]]:
    """Return a text in parts, and whether each may be the number of a ticket.

    Invisible characters are written out, all but line ends and tabs.
    """
    end = 0
    for ticket in _TICKET.finditer(text):
        yield _written(text[end : ticket.start()]), False
        yield ticket[0], True
        end = ticket.end()
    yield _written(text[end:]), False


def _written(text: str) -> str:
    return _IN_LINE.sub(lambda found: write_out(found[0]), text)


def _added(user_id: UUID) -> str:
    return f"note on {user_id}"
