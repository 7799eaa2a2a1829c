"""The placeholders of texts to users, and how they are filled.

A name may be unknown. `{first_name}` then goes with the comma and the blanks that tie it to the
sentence: “Hello {first_name},” becomes “Hello,”.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_NAME_SIGNS = frozenset("'’-")
_NAME_MAX = 40


class Placeholder(StrEnum):
    """What a text may leave open."""

    FIRST_NAME = "first_name"
    LINK = "link"
    LINK_UNTIL = "link_until"

    @property
    def written(self) -> str:
        """The placeholder as it is in a text."""
        return f"{{{self}}}"


@dataclass(frozen=True)
class Words:
    """A text to a user: a subject of one line, and a body."""

    subject: str
    body: str


@dataclass(frozen=True)
class Values:
    """What placeholders are filled with. Only texts about a link name it and its time."""

    first_name: str = ""
    link: str = ""
    link_until: str = ""


def first_name_of(name: str) -> str:
    """Return the first word of a name; empty where it can't be one that people are called by.

    An address would become a link in the message.
    """
    first = name.split(" ", 1)[0]
    kinds = [unicodedata.category(char)[0] for char in first if char not in _NAME_SIGNS]
    is_name = len(kinds) > 1 and set(kinds) <= {"L", "M"} and len(first) <= _NAME_MAX
    return first if is_name else ""


def fill(words: Words, values: Values) -> Words:
    """Return a text with its placeholders filled."""
    return Words(_fill(words.subject, values), _fill(words.body, values))


def _fill(text: str, values: Values) -> str:
    if not values.first_name:
        text = _AT_START.sub(lambda found: found[1].capitalize(), text)
        text = _TIED_NAME.sub("", text)
    return _ANY.sub(lambda found: str(getattr(values, found[1])), text)


_NAME = re.escape(Placeholder.FIRST_NAME.written)
_AT_START = re.compile(rf"^[ ]*{_NAME}[,:;.]?[ ]*(\w?)", re.MULTILINE)
_TIED_NAME = re.compile(rf"(?:,[ ]*|(?<![ ])[ ]*){_NAME}")
_ANY = re.compile("{(" + "|".join(Placeholder) + ")}")
