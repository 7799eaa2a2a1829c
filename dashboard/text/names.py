"""Names of people: what is one in any script, and when two look alike.

Source of the letters that look alike: UTS 39 (confusable characters), of which the Cyrillic and
Greek letters that are drawn as Latin ones, and the digits and pairs of letters that are drawn as
another letter.
"""

import unicodedata
from itertools import groupby

from dashboard.text import characters

MAX_LENGTH = 100
_MARKS = 6  # in a row: more than any spelling stacks on one letter
_PICTURES = "So"  # emoji; signs that stand in for an apostrophe are none
_CYRILLIC = "авегԁзіјкӏмнопрсԛтуԝхѕһ", "aberdzljklmhonpcqtywxsh"
_GREEK = "αβγεηικνορτυχω", "abyenlkvoptuxw"
_LATIN = "i\u0131|015", "lllols"
_LOOKS_LIKE = str.maketrans(
    _CYRILLIC[0] + _GREEK[0] + _LATIN[0], _CYRILLIC[1] + _GREEK[1] + _LATIN[1]
)
_PAIRS = (("rn", "m"), ("vv", "w"))


def name_for(text: str, email: str) -> str:
    """Return the name, or what an email begins with where the text is no name."""
    name = characters.clean(text)
    return name if is_name(name) else email.partition("@")[0]


def is_name(text: str) -> bool:
    """Return whether composed text can be a name.

    It has a letter, no emoji or other picture, no invisible character, and on no letter more
    marks than a spelling needs. Joiners are spelling where their script uses them.
    """
    if len(text) > MAX_LENGTH or characters.has_invisible(text):
        return False
    kinds = [unicodedata.category(char) for char in text]
    return (
        any(kind[0] == "L" for kind in kinds)
        and _PICTURES not in kinds
        and all(
            not is_mark or len(list(run)) <= _MARKS
            for is_mark, run in groupby(kind[0] == "M" for kind in kinds)
        )
    )


def skeleton(name: str) -> str:
    """Return what is left of a name once case, accents, blanks and signs don't count.

    Two names with one skeleton can be taken for each other. A name without a letter or a digit is
    its own skeleton.
    """
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(char for char in text if char == "|" or unicodedata.category(char)[0] in "LN")
    plain = letters.translate(_LOOKS_LIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain or name
