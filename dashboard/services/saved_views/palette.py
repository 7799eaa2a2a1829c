"""What the command palette finds in our own database: users, and those a person opened last."""

from dashboard.services.directory.box import Matches, parse
from dashboard.services.directory.in_notes import find_in_notes
from dashboard.services.directory.reading import SEARCH_MAX, WORDS_MAX
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database
from dashboard.store.directory import search as directory
from dashboard.store.directory.search import DirectoryQuery, PageOf, Sort
from dashboard.store.users import recent
from dashboard.store.users.recent import RecentUser

PEOPLE = 5


class Palette:
    """Finds without a call to the API."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def people(self, text: str, reader: Reader) -> Matches:
        """Return the first users who match, by email. A text longer than a search finds no one."""
        words = parse(text) if len(text) <= SEARCH_MAX else ()
        if not 0 < len(words) <= WORDS_MAX:
            return Matches()
        query = DirectoryQuery(words=words, hides_tests=reader.hides_test_users)
        page = PageOf(Sort.EMAIL, is_descending=False, limit=PEOPLE)
        with self._database.read() as connection:
            entries = directory.find(connection, query, page).entries
            return Matches(entries, find_in_notes(connection, words, entries))

    def recent(self, staff_id: int) -> list[RecentUser]:
        """Return the users that a person opened last."""
        with self._database.read() as connection:
            return recent.of(connection, staff_id)
