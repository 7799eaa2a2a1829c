"""The box: finds a user from anything that a caller or a ticket gives. Makes no API call."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from dashboard.services.directory.in_notes import find_in_notes
from dashboard.services.directory.reading import WHOLE_MAX, Reading, Whole, WholeKind, read
from dashboard.services.directory.typos import find_near
from dashboard.services.directory.words import Part, read_parts
from dashboard.services.kyc_links import KycLinks
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import lookup, rows, search
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.lookup import Owners
from dashboard.store.directory.search import DirectoryQuery, PageOf, Word
from dashboard.store.users import sightings

MASKED_WHOLE_MAX = 10  # of a person who sees personal data masked
FOUND_MAX = 200  # users of a list
FEWER_WORDS_MAX = 4
COUNT_MAX = 1_000


@dataclass(frozen=True)
class FoundUser:
    """A user that a whole value names. Empty texts are unknown."""

    user_id: UUID
    email: str
    name: str
    phone: str
    status: str
    country_code: str
    by: tuple[Whole, ...]


@dataclass(frozen=True)
class Finds:
    """The users who have the whole values of a text, and the values that no one here has."""

    users: tuple[FoundUser, ...]
    missing: tuple[Whole, ...]
    only: UUID | None
    """The user to open: the one person found, or the one whose ID is the whole text.

    None for a column of values of which some are not found: they are named.
    """

    @property
    def host(self) -> str:
        """The other dashboard whose address asks for someone who is not known here."""
        return next((each.host for each in self.missing if each.host), "")


@dataclass(frozen=True)
class Matches:
    """The users who match all words of a text, and which of them by a note."""

    entries: tuple[DirectoryUser, ...] = ()
    in_notes: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Fewer:
    """A search with one word less, and how many it finds, `COUNT_MAX` + 1 for more than that."""

    text: str = field(repr=False)
    count: int


@dataclass(frozen=True)
class NotHere:
    """What is offered where a search finds no one. `email` is the one in its text.

    `unfiltered` is how many match it without other filters.
    """

    unfiltered: int = 0
    fewer: tuple[Fewer, ...] = ()
    near: tuple[DirectoryUser, ...] = ()
    email: str = field(default="", repr=False)


def parse(text: str) -> tuple[Word, ...]:
    """Return the words of a search; all of them have to match."""
    return tuple(part.word for part in read_parts(text))


class Box:
    """Reads texts, and finds the users that they mean."""

    def __init__(self, database: Database, links: KycLinks) -> None:
        self._database = database
        self._links = links

    def read(self, text: str, hosts: frozenset[str], *, masked: bool) -> Reading:
        """Return what a text says. `masked`: only its whole values are searched for."""
        most = MASKED_WHOLE_MAX if masked else WHOLE_MAX
        reading = read(text, self._links, hosts, most)
        return reading.without_words() if masked else reading

    def find(self, reading: Reading, *, masked: bool) -> Finds:
        """Return who has the whole values of a text."""
        with self._database.read() as connection:
            owners = _find_owners(connection, reading.wholes, masked=masked)
            by: defaultdict[UUID, list[Whole]] = defaultdict(list)
            for whole in reading.wholes:
                for user_id in sorted(owners.get(whole, ())):
                    by[user_id].append(whole)
            users = _found(connection, by)
        missing = tuple(
            each for each in reading.wholes if not each.is_guess and not owners.get(each)
        )
        return Finds(users, missing, _only(reading, users, missing))

    def find_last_seen(self, user_id: UUID) -> datetime | None:
        """Return when a user was last seen, None if never."""
        with self._database.read() as connection:
            kept = rows.get(connection, [user_id]).get(user_id)
            seen = sightings.newest(connection, [user_id]).get(user_id)
        return max((each.last_seen_at for each in (kept, seen) if each), default=None)

    def search(self, reading: Reading, reader: Reader) -> Matches:
        """Return the newest of those who match all words of a text that is in no address."""
        if not reading.parts:
            return Matches()
        query = DirectoryQuery(reading.words, hides_tests=reader.hides_test_users)
        with self._database.read() as connection:
            page = search.find(connection, query, PageOf(limit=FOUND_MAX))
            in_notes = find_in_notes(connection, reading.words, page.entries)
        return Matches(page.entries, in_notes)

    def among(
        self, transaction: Transaction, reading: Reading, user_ids: Collection[UUID]
    ) -> frozenset[UUID]:
        """Return which of these users match all words of a text, or have a whole value of it."""
        owners = _find_owners(transaction, reading.wholes, masked=False).values()
        query = DirectoryQuery(reading.words)
        worded = search.among(transaction, query, user_ids) if reading.parts else frozenset()
        return worded.union(*owners).intersection(user_ids)

    def explain(self, reading: Reading, reader: Reader) -> NotHere:
        """Return what else a search that found no one may mean."""
        emails = [each.shown for each in reading.wholes if each.kind is WholeKind.EMAIL]
        everyone = DirectoryQuery(hides_tests=reader.hides_test_users)
        with self._database.read() as connection:
            unfiltered = _count(connection, everyone, reading.parts)
            return NotHere(
                unfiltered,
                () if unfiltered else tuple(_fewer(connection, everyone, reading.parts)),
                () if unfiltered else find_near(connection, reading.words, everyone),
                emails[0] if len(emails) == 1 else "",
            )


def _only(reading: Reading, users: Sequence[FoundUser], missing: Sequence[Whole]) -> UUID | None:
    if len(users) == 1:
        return None if missing and reading.is_column else users[0].user_id
    ids = [UUID(each.value) for each in missing if each.kind is WholeKind.USER_ID]
    return ids[0] if ids and not users and reading.is_one else None


def _find_owners(
    connection: Transaction, wholes: Iterable[Whole], *, masked: bool
) -> dict[Whole, frozenset[UUID]]:
    values: defaultdict[WholeKind, list[str]] = defaultdict(list)
    for whole in wholes:
        values[whole.kind].append(whole.value)
    phones = lookup.of_phones if masked else lookup.of_national_phones
    owners: dict[WholeKind, Owners] = {
        WholeKind.EMAIL: lookup.of_emails(connection, values[WholeKind.EMAIL]),
        WholeKind.PHONE: phones(connection, values[WholeKind.PHONE]),
        WholeKind.INQUIRY: lookup.of_inquiries(connection, values[WholeKind.INQUIRY]),
        WholeKind.TICKET: {} if masked else lookup.of_tickets(connection, values[WholeKind.TICKET]),
        WholeKind.USER_ID: lookup.of_ids(connection, values[WholeKind.USER_ID]),
    }
    return {whole: owners[whole.kind].get(whole.value, frozenset()) for whole in wholes}


def _found(connection: Transaction, by: dict[UUID, list[Whole]]) -> tuple[FoundUser, ...]:
    """Return these users as they are in our copy, or as they were last seen."""
    ids = list(by)[:FOUND_MAX]
    kept = rows.get(connection, ids)
    seen = sightings.newest(connection, [each for each in ids if each not in kept])
    found = []
    for user_id in ids:
        entry, sighting = kept.get(user_id), seen.get(user_id)
        facts = entry or sighting
        found.append(
            FoundUser(
                user_id=user_id,
                email=facts.email if facts else "",
                name=entry.name if entry else "",
                phone=entry.phone if entry else "",
                status=facts.status if facts else "",
                country_code=(facts.country_code if facts else "") or "",
                by=tuple(by[user_id]),
            )
        )
    return tuple(found)


def _count(connection: Transaction, everyone: DirectoryQuery, parts: Sequence[Part]) -> int:
    query = replace(everyone, words=tuple(part.word for part in parts))
    return search.count(connection, query, COUNT_MAX) if parts else 0


def _fewer(
    connection: Transaction, everyone: DirectoryQuery, parts: Sequence[Part]
) -> Iterable[Fewer]:
    """Give the searches without one of the words that find someone."""
    if not 1 < len(parts) <= FEWER_WORDS_MAX:
        return
    for left_out in parts:
        kept = [part for part in parts if part != left_out]
        if count := _count(connection, everyone, kept):
            yield Fewer(" ".join(part.text for part in kept), count)
