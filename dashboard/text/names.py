"""Names of people: what is one in any script, and when two look alike."""

import unicodedata
from itertools import groupby

from dashboard.text import characters
from dashboard.text.look_alikes import LOOKS_LIKE
from dashboard.text.secrets import has_secret

MAX_LENGTH = 100
_MARKS = 6  # in a row: more than any spelling stacks on one letter
_PICTURES = "So"  # emoji; signs used as an apostrophe are none
_PAIRS = (("rn", "m"), ("vv", "w"))


def name_for(text: str, email: str) -> str:
    """Return the name, or what an email begins with where the text is no name."""
    name = characters.clean(text)
    return name if is_name(name) else email.partition("@")[0]


def is_name(text: str) -> bool:
    """Return whether composed text can be a name.

    It has a letter, no emoji or other picture, no invisible character, no secret, and on no letter
    more marks than a spelling needs. Joiners are spelling where their script uses them.
    """
    if len(text) > MAX_LENGTH or characters.find_invisible(text) or has_secret(text):
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
    text = characters.normalise(characters.normalise(name, "NFKC").casefold(), "NFKD")
    letters = "".join(char for char in text if char == "|" or unicodedata.category(char)[0] in "LN")
    plain = letters.translate(LOOKS_LIKE)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain or name
