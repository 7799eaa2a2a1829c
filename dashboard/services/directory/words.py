"""The words of a search, each with everything that it can be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard.services import countries
from dashboard.store.directory.query import Word
from dashboard.text.phones import in_ascii
from dashboard.text.search import digits, fold, id_part, phone_digits

INQUIRY_MIN = 5  # `inq_` and a letter
TICKET_MAX = 60
_AROUND = "<>()[]{},;:\"'“”\u2018\u2019«»!?¿¡|-\u2013\u2014"
_LEFT_OUT = "…"  # in the middle of an ID or an email, as pages shorten them
_NUMBER = frozenset("0123456789+()./-")
_INQUIRY = re.compile(r"inq_[\w-]*", re.ASCII)


@dataclass(frozen=True)
class Part:
    """A word of a search, and how it was typed."""

    text: str = field(repr=False)
    word: Word = field(repr=False)


def read_parts(text: str) -> tuple[Part, ...]:
    """Return the words of a line: digits that blanks split are one, and so is a country's name."""
    parts = text.replace(_LEFT_OUT, " ").split()
    return tuple({part.word: part for part in _parts(parts)}.values())


def _parts(parts: list[str]) -> Iterator[Part]:
    at = 0
    while at < len(parts):
        length = _number_at(parts, at) or _country_at(parts, at) or 1
        text = " ".join(parts[at : at + length])
        if word := _word(text):
            yield Part(text, word)
        at += length


def _number_at(parts: list[str], at: int) -> int:
    """Return how many parts from here on are the groups of one phone number."""
    length = 0
    while at + length < len(parts) and _is_of_number(parts[at + length], is_first=not length):
        length += 1
    return length if length > 1 and phone_digits(" ".join(parts[at : at + length])) else 0


def _country_at(parts: list[str], at: int) -> int:
    """Return how many parts from here on are the name of a country."""
    for length in range(min(countries.longest_name(), len(parts) - at), 1, -1):
        if countries.find_named(" ".join(parts[at : at + length])):
            return length
    return 0


def _word(part: str) -> Word | None:
    bare = part.strip(_AROUND)
    plain = fold(bare)
    if not plain:
        return None
    phone = phone_digits(part.strip("<>[]{},;:"))
    return Word(
        digits(in_ascii(part)) if " " in part and phone else plain,
        phone=phone,
        id_part=id_part(bare),
        countries=countries.find_named(bare),
        inquiry=bare if len(bare) >= INQUIRY_MIN and _INQUIRY.fullmatch(bare) else "",
        ticket=bare if len(bare) <= TICKET_MAX else "",
    )


def _is_of_number(part: str, *, is_first: bool) -> bool:
    """Return whether a part can be a group of a phone number, or what is between two of them."""
    plain = in_ascii(part)
    return _NUMBER.issuperset(plain) and "+" not in (plain[2:] if is_first else plain)
