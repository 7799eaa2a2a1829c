"""Notes on users: what staff tell each other about a user, and drafts of them.

An entry of the audit log names the author and the user, and never what was written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import recording
from dashboard.services.foundation import Foundation
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.services.seen import NeverSeenError
from dashboard.store.db.database import Transaction
from dashboard.store.notes import book, drafts
from dashboard.store.notes.book import EarlierText, Note
from dashboard.store.notes.drafts import Draft
from dashboard.store.users import known
from dashboard.text import characters

__all__ = ["Draft", "EarlierText", "Note", "Notes", "UserNotes"]
SHOWN = 10  # on the page of a user
EARLIER = 50  # texts of one note
LATE = timedelta(minutes=1)  # a draft that was sent before its note was saved arrives within this


@dataclass(frozen=True)
class UserNotes:
    """The newest notes on a user, and the draft of the person who reads them."""

    notes: tuple[Note, ...]
    has_older: bool
    draft: Draft | None = None

    @property
    def newest_id(self) -> int:
        """The number of the newest note, 0 for none."""
        return self.notes[0].id if self.notes else 0

    def missed(self, seen: int, staff_id: int) -> tuple[Note, ...]:
        """Return the notes of others that are newer than the newest one that a person had seen."""
        return tuple(each for each in self.notes if each.id > seen and each.staff_id != staff_id)


class Notes:
    """Keeps notes, their earlier texts, and drafts."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def of_user(self, user_id: UUID, staff_id: int) -> UserNotes:
        """Return the newest notes on a user, and the draft of a member of staff."""
        with self._database.read() as connection:
            notes, draft = drafts.with_notes(connection, user_id, staff_id, SHOWN + 1)
        return UserNotes(tuple(notes[:SHOWN]), len(notes) > SHOWN, draft)

    def older(self, user_id: UUID, before: int) -> UserNotes:
        """Return the notes on a user that are older than one of them."""
        with self._database.read() as connection:
            notes = book.of_user(connection, user_id, SHOWN + 1, before)
        return UserNotes(tuple(notes[:SHOWN]), len(notes) > SHOWN)

    def find(self, user_id: UUID, note_id: int) -> Note | None:
        """Return a note, which may be deleted; None where there is none."""
        with self._database.read() as connection:
            return book.find(connection, user_id, note_id)

    def earlier_texts(self, note_id: int) -> list[EarlierText]:
        """Return the last texts that a note had before, newest first."""
        with self._database.read() as connection:
            return book.earlier_texts(connection, note_id, EARLIER)

    def add(self, by: Actor, user_id: UUID, body: str) -> int:
        """Write a note, which takes the place of the draft; return its number.

        Raises:
            NeverSeenError: there is no such user, or they were erased.
            NotRecordedError: it can't be recorded, so it isn't kept.

        """
        with recording(self._database) as connection:
            _check_known(connection, user_id)
            note_id = book.add(connection, user_id, _id(by), body, self._clock())
            drafts.drop(connection, _id(by), user_id)
            self._record(connection, Action.NOTE_ADD, by, user_id, note_id)
        return note_id

    def change(self, by: Actor, user_id: UUID, note_id: int, revision: int, body: str) -> bool:
        """Give one's own note another text; return False where it is no longer what was read.

        Raises:
            NotRecordedError: it can't be recorded, so the note stays as it is.

        """
        with recording(self._database) as connection:
            note = _find_own(connection, by, user_id, note_id)
            if note is None or note.deleted_at:
                return False
            if note.body == body:
                drafts.drop_edit(connection, note_id)
                return True
            if note.revision != revision:
                return False
            self._record(connection, Action.NOTE_EDIT, by, user_id, note_id)
            book.change(connection, note, body, self._clock())
            drafts.drop_edit(connection, note_id)
        return True

    def delete(self, by: Actor, user_id: UUID, note_id: int, revision: int) -> bool:
        """Take one's own note away; return False where it is no longer what was read.

        Raises:
            NotRecordedError: it can't be recorded, so the note stays as it is.

        """
        with recording(self._database) as connection:
            note = _find_own(connection, by, user_id, note_id)
            if note and note.deleted_at:
                return True
            if note is None or note.revision != revision:
                return False
            self._record(connection, Action.NOTE_DELETE, by, user_id, note_id)
            book.delete(connection, note, self._clock())
            drafts.drop_edit(connection, note_id)
        return True

    def keep_draft(self, by: Actor, user_id: UUID, body: str) -> Draft | None:
        """Keep what a person has typed; return it, None where nothing is left to be saved.

        Raises:
            NeverSeenError: there is no such user, or they were erased.

        """
        now = self._clock()
        draft = Draft(body, now)
        with self._database.write() as connection:
            _check_known(connection, user_id)
            last = book.last_by(connection, user_id, _id(by))
            if not body or (last and _is_of(draft, last, now)):
                drafts.drop(connection, _id(by), user_id)
                return None
            drafts.put(connection, _id(by), user_id, draft)
        return draft

    def keep_edit(
        self, by: Actor, user_id: UUID, note_id: int, revision: int, body: str
    ) -> Draft | None:
        """Keep what the author of a note has typed in place of its text.

        Return None where nothing is left to be saved: the note has this text, or another revision.
        """
        draft = Draft(body, self._clock(), revision)
        with self._database.write() as connection:
            note = _find_own(connection, by, user_id, note_id)
            if note is None or note.deleted_at or note.revision != revision:
                return None
            if note.body == characters.clean(body):
                drafts.drop_edit(connection, note_id)
                return None
            drafts.put_edit(connection, note, draft)
        return draft

    def find_edit(self, note: Note, staff_id: int) -> Draft | None:
        """Return what the author of a note has typed in place of its text, None for others."""
        if note.staff_id != staff_id:
            return None
        with self._database.read() as connection:
            return drafts.edit_of(connection, note.id)

    def _record(
        self, transaction: Transaction, action: Action, by: Actor, user_id: UUID, note_id: int
    ) -> None:
        subject = Subject.user(user_id)
        self._recorder.record(transaction, action, by, subject, details={"note": note_id})


def _check_known(connection: Transaction, user_id: UUID) -> None:
    if known.email(connection, user_id) is None:
        raise NeverSeenError


def _is_of(draft: Draft, note: Note, now: datetime) -> bool:
    """Return whether a draft was on its way while its note was saved."""
    is_late = abs(now - note.created_at) < LATE
    return is_late and note.body.startswith(characters.clean(draft.body))


def _find_own(connection: Transaction, by: Actor, user_id: UUID, note_id: int) -> Note | None:
    note = book.find(connection, user_id, note_id)
    return note if note and note.staff_id == by.staff_id else None


def _id(by: Actor) -> int:
    if by.staff_id is None:
        raise ValueError("a note is written by a member of staff")
    return by.staff_id
