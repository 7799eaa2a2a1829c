"""Which of the users that a search finds are found by a note: their rows do not show why."""

from collections.abc import Sequence
from uuid import UUID

from dashboard.services.directory.marks import Field, find_marks
from dashboard.store.db.database import Transaction
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.query import Word
from dashboard.store.notes import book


def find_in_notes(
    connection: Transaction, words: Sequence[Word], entries: Sequence[DirectoryUser]
) -> frozenset[UUID]:
    """Return the users who have a note with a word that their row does not show.

    Nothing is asked where the rows show every word.
    """
    unseen = {word for entry in entries for word in words if not _shows(entry, word)}
    if not unseen:
        return frozenset()
    user_ids = [entry.user_id for entry in entries]
    found = {word: book.having(connection, word.text, user_ids) for word in unseen if word.text}
    return frozenset(
        entry.user_id
        for entry in entries
        for word, users in found.items()
        if entry.user_id in users and not _shows(entry, word)
    )


def _shows(entry: DirectoryUser, word: Word) -> bool:
    shown = {
        Field.EMAIL: entry.email,
        Field.NAME: entry.name,
        Field.PHONE: entry.phone,
        Field.USER_ID: str(entry.user_id),
    }
    in_country = entry.country_code in word.countries
    return in_country or any(find_marks(text, [word], field) for field, text in shown.items())
