"""Near misses: users whose name, email or phone is a typo or two away from a word."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dashboard.store.db.database import Transaction
from dashboard.store.directory import search
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.search import DirectoryQuery, PageOf, Word
from dashboard.text.emails import comparable
from dashboard.text.search import digits, fold

MOST = 5
WORDS_MAX = 2  # the longest: each takes up to three searches
CANDIDATES = PageOf(limit=50)
LENGTH_MIN, LENGTH_OF_TWO = 4, 9  # letters of a word with a typo, and of one with two
LENGTH_MAX = 64
LENGTH_OF_THIRDS = 15
PIECE_MIN = 3


EVERYONE = DirectoryQuery()


def find_near(
    connection: Transaction, words: Sequence[Word], among: DirectoryQuery = EVERYONE
) -> tuple[DirectoryUser, ...]:
    """Return the nearest users first: they match all words but one, and nearly match that one.

    A word with a typo still has a piece that is right, by which the search index finds who can be
    meant; their fields are then compared with it.
    """
    found: dict[DirectoryUser, int] = {}
    longest = sorted(words, key=lambda word: len(word.text), reverse=True)[:WORDS_MAX]
    for word in longest:
        others = tuple(each for each in words if each != word)
        for piece in _pieces(word):
            query = replace(among, words=(*others, piece))
            page = search.find(connection, query, CANDIDATES)
            for entry in page.entries:
                if entry not in found:
                    found[entry] = _distance(word, entry)
    near = [entry for entry, distance in found.items() if distance <= MOST_TYPOS]
    return tuple(sorted(near, key=lambda entry: found[entry])[:MOST])


MOST_TYPOS = 2


def count_typos(one: str, other: str, most: int) -> int:
    """Return how many letters to change, add, leave out or swap; `most` + 1 for more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: dict[int, int] = {}
    row = {place: place for place in range(min(len(other), most) + 1)}
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, {}
        for j in range(max(0, i - most), min(len(other), i + most) + 1):
            ways = [before.get(j, most) + 1]
            if j:
                ways += [row.get(j - 1, most) + 1, before.get(j - 1, most + 1)
                         + (letter != other[j - 1])]  # fmt: skip
            if i > 1 and j > 1 and (one[i - 2], letter) == (other[j - 1], other[j - 2]):
                ways.append(earlier.get(j - 2, most) + 1)
            row[j] = min(ways)
        if min(row.values()) > most:
            return most + 1
    return min(row.get(len(other), most + 1), most + 1)


def _pieces(word: Word) -> Iterator[Word]:
    """Return pieces of a word; one is right where it has one typo, or two of a long word."""
    text = word.phone or word.text
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        return
    if len(text) >= LENGTH_OF_THIRDS:
        size = len(text) // 3
        starts = [0, size, len(text) - size]
    else:  # a letter that is wrong, or two that are swapped, leave one end right
        size = max(PIECE_MIN, len(text) // 2 - 1)
        starts = [0, len(text) - size]
    for start in dict.fromkeys(starts):
        piece = text[start : start + size]
        yield Word("" if word.phone else piece, phone=piece if word.phone else "")


def _distance(word: Word, entry: DirectoryUser) -> int:
    most = MOST_TYPOS if len(word.phone or word.text) >= LENGTH_OF_TWO else 1
    if word.phone:
        plain = digits(entry.phone)
        sizes = range(len(word.phone) - most, len(word.phone) + most + 1)
        fields = {plain, *(plain[-size:] for size in sizes)}
        found = [count_typos(word.phone, each, most) for each in fields if each]
    else:
        email = comparable(entry.email)
        local = email.rpartition("@")[0]
        parts = (email, local, *local.replace("_", ".").split("."), *fold(entry.name).split())
        found = [count_typos(word.text, each, most) for each in dict.fromkeys(parts) if each]
    nearest = min(found, default=most + 1)
    return nearest if nearest <= most else MOST_TYPOS + 1
