"""Editing texts to users: saving one, its history, and the way back to an earlier text."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.services.texts.placeholders import Words
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import SHIPPED, Language
from dashboard.store.db.database import Transaction
from dashboard.store.texts import texts as store
from dashboard.store.texts.texts import Revision


class NoSuchRevisionError(Exception):
    """A text never had this revision."""


@dataclass(frozen=True)
class TextVersion:
    """A text as it was or is; revision 0 is the shipped one before any change."""

    revision: int
    words: Words
    is_shipped: bool
    left: Revision | None  # who left it so, and when


@dataclass(frozen=True)
class TextHistory:
    """A text now, and everything that it was, the newest first; the shipped text comes last."""

    situation: Situation
    language: Language
    versions: tuple[TextVersion, ...]

    @property
    def current(self) -> TextVersion:
        """The text that counts."""
        return self.versions[0]

    def get(self, revision: int) -> TextVersion:
        """Return the text of a revision. Raises NoSuchRevisionError."""
        found = (each for each in self.versions if each.revision == revision)
        if version := next(found, None):
            return version
        raise NoSuchRevisionError

    def before(self, revision: int) -> TextVersion | None:
        """Return what a revision replaced, None for the shipped text."""
        return next((each for each in self.versions if each.revision < revision), None)


@dataclass(frozen=True)
class TextEdit:
    """Who changes which text, and the revision that they saw."""

    situation: Situation
    language: Language
    seen: int
    by: Actor
    staff_id: int


class TextEditor:
    """Keeps the texts that admins wrote. Nothing is overwritten: a change is a new revision."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def changed(self) -> frozenset[tuple[str, str]]:
        """Return the situations and languages whose text isn’t the shipped one."""
        with self._database.read() as connection:
            return frozenset(store.changed(connection))

    def get(self, situation: Situation, language: Language) -> TextHistory:
        """Return a text with its history."""
        with self._database.read() as connection:
            return _history(connection, situation, language)

    def save(self, edit: TextEdit, words: Words) -> bool:
        """Save a text; return False where someone else changed it since the person saw it."""
        is_shipped = words == SHIPPED[edit.language][edit.situation]
        return self._keep(edit, None if is_shipped else words, Action.TEXTS_CHANGE, {})

    def restore(self, edit: TextEdit, revision: int) -> bool:
        """Go back to an earlier text, 0 for the shipped one; return False as `save` does.

        Raises:
            NoSuchRevisionError: there never was one.

        """
        version = self.get(edit.situation, edit.language).get(revision)
        words = None if version.is_shipped else version.words
        return self._keep(edit, words, Action.TEXTS_RESTORE, {"restored": revision})

    def _keep(self, edit: TextEdit, words: Words | None, action: Action, told: Details) -> bool:
        key = (edit.situation.value, edit.language.value)
        with self._database.write() as connection:
            current = _history(connection, edit.situation, edit.language).current
            if current.revision != edit.seen:
                return False
            if words == (None if current.is_shipped else current.words):
                return True
            revision = current.revision + 1
            details = {"situation": key[0], "language": key[1], "revision": revision, **told}
            subject = Subject("text", "/".join(key))
            self._recorder.record(connection, action, edit.by, subject, details=details)
            kept = (words.subject, words.body) if words else None
            store.add(connection, key, revision, kept, edit.staff_id, self._clock())
        return True


def _history(connection: Transaction, situation: Situation, language: Language) -> TextHistory:
    shipped = SHIPPED[language][situation]
    kept: Sequence[Revision] = store.history(connection, situation, language)
    versions = [
        TextVersion(
            each.revision,
            shipped if each.body is None else Words(each.subject or "", each.body),
            each.body is None,
            each,
        )
        for each in kept
    ]
    first = TextVersion(0, shipped, is_shipped=True, left=None)
    return TextHistory(situation, language, (*versions, first))
