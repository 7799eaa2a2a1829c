"""How text is folded so that a search finds it: without case, accents and signs of a phone number.

Sources: UAX 15 (compatibility decomposition), Unicode general category Mn (marks). Letters that
have no decomposition are spelled as people type them without their own keyboard.
"""

import re
import unicodedata

from dashboard.text import characters, phones

START = "  "  # before each word of a name or a note and, in the index, before an email
DIGITS_MIN = 4  # of a phone number: fewer match half of all
ID_MIN = 4
_NOT_HEX = re.compile(r"[^0-9a-f-]")
_SPELLED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "\u0131": "i", "ŋ": "n"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
_PHONE = re.compile(r"[+(]{0,2}[0-9][0-9().\-/ ]*")


def fold(text: str) -> str:
    """Return the text without case and marks, each run of blanks as one."""
    return " ".join(_without_marks(text).split())


def fold_with_places(text: str) -> tuple[str, tuple[int, ...]]:
    """Return a text without case and marks, and from which character each of it came."""
    folded = [(char, place) for place, each in enumerate(text) for char in _without_marks(each)]
    return "".join(char for char, _ in folded), tuple(place for _, place in folded)


def name_key(name: str) -> str:
    """Return a text's words for the index, blanks before each, so that a start can be found."""
    return "".join(f"{START}{word}" for word in fold(name).split(" ") if word)


def digits(text: str) -> str:
    """Return the digits 0 to 9 of a text."""
    return "".join(char for char in text if char.isascii() and char.isdigit())


def phone_digits(word: str) -> str:
    """Return the digits of what can be part of a phone number, without what leads out of a country.

    Zeros stay where too few digits follow them: `0042` is the end of a number. Empty for anything
    else, and for fewer than `DIGITS_MIN` digits.
    """
    plain = phones.in_ascii(word)
    if not _PHONE.fullmatch(plain):
        return ""
    found = digits(plain)
    ways = (found.lstrip("0"), found)
    return next((each for each in ways if len(each) >= DIGITS_MIN), "")


def cases(text: str) -> tuple[str, ...]:
    """Return a text as it is, in capitals and in small letters: an index tells them apart."""
    return tuple(dict.fromkeys((text, text.upper(), text.lower())))


def id_part(word: str) -> str:
    """Return what can be part of a UUID, without its dashes; empty for anything else."""
    lowered = word.lower()
    if _NOT_HEX.search(lowered):
        return ""
    plain = lowered.replace("-", "")
    return plain if ID_MIN <= len(plain) <= 32 else ""  # noqa: PLR2004  hexadecimal digits of a UUID


def _without_marks(text: str) -> str:
    plain = characters.normalise(text.casefold(), "NFKD").translate(_SPELLED)
    return "".join(char for char in plain if not unicodedata.combining(char))
