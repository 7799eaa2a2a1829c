"""Which part of a field matched: by the same words as the search, on the text as it is shown."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from dashboard.store.db import trigrams
from dashboard.store.directory.query import Word
from dashboard.text.search import fold_with_places

Span = tuple[int, int]


class Field(Enum):
    """A field that a search looks at."""

    EMAIL = "email"
    NAME = "name"
    PHONE = "phone"
    USER_ID = "user_id"


def find_marks(text: str, words: Iterable[Word], field: Field) -> tuple[Span, ...]:
    """Return the parts of a field that matched, in order; parts that touch are one."""
    read, places = _readable(text, field)
    spans = [
        (places[start], places[start + len(part) - 1] + 1)
        for word in words
        for part, starts_only in [_part(word, field)]
        for start in _starts(read, part, field, starts_only=starts_only)
    ]
    return _joined(sorted(spans))


def _readable(text: str, field: Field) -> tuple[str, Sequence[int]]:
    """Return a field as the index has it, and from which character each of it came."""
    if field is Field.NAME:
        return fold_with_places(text)
    kept = [
        (char, place)
        for place, each in enumerate(text)
        for char in each.lower()
        if field is Field.EMAIL
        or (field is Field.USER_ID and each != "-")
        or (each.isascii() and each.isdigit())
    ]
    return "".join(char for char, _ in kept), [place for _, place in kept]


def _part(word: Word, field: Field) -> tuple[str, bool]:
    """Return what of a word can be in a field, and whether only at its start."""
    match field:
        case Field.PHONE:
            return word.phone, False
        case Field.USER_ID:
            return word.id_part, False
        case _:
            return word.text, len(word.text) < trigrams.LENGTH


def _starts(read: str, part: str, field: Field, *, starts_only: bool) -> Iterator[int]:
    start = read.find(part) if part and not (field is Field.NAME and " " in part) else -1
    while start >= 0:
        is_start = start == 0 or (field is Field.NAME and read[start - 1].isspace())
        if is_start or not starts_only:
            yield start
        start = read.find(part, start + len(part))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
