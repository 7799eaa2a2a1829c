"""How secrets look in text: tokens, keys, one-time links, verification links.

A token is kept nowhere, a verification link only where it is worked with, and whatever may be a
secret gets into no address.
"""

import re

from dashboard.text import characters

_INSIDE = r"(?:(?<![\w-])|(?=eyJ[\w-]{8,400}+\.eyJ))"
# Inside a word, only what has a head and a body of claims: names contain eyJ, too.
JWT = re.compile(rf"{_INSIDE}eyJ[\w-]++\.[\w-]++\.[\w-]*+", re.ASCII)
"""What looks like a token, wherever it is in a text."""
_KINDS = (
    rf"(?:{_INSIDE}eyJ[\w-]{{8,}}+\.[\w-]++(?:\.[\w-]*+)*+"
    r"|qash_(?:key|secret)_[\w-]{16,}+"
    r"|/link/[\w-]{40,}+"
    r"|\b(?i:bearer)\s{1,3}[\w.~+/=-]{20,}+)"
)
_TOKEN = re.compile(rf" {_KINDS}(?!\S)|{_KINDS}", re.ASCII)  # between two blanks, one of them too
NOT_FOR_ADDRESSES = (
    r"eyJ|[Ii][Nn][Qq]_|[Ii][Nn][Qq][Uu][Ii][Rr][Yy](?![,.;!?)]?(?:\s(?![Ii][Dd]\b)|$))"
    r"|qash_|[Bb]earer\s\S{20}|://|[!-?A-~]{41}"
)
"""What may be a token or a verification link; static/filters.js reads it too.

*Inquiry* is a word too, unless it is part of a host, or of a name with a value. Eyjólfur is a
name, and so may be a long word that is not of ASCII: tokens are.
"""
READ_MAX = 101_000  # characters in which what is not seen is looked through: no field takes more
_SECRET = re.compile(NOT_FOR_ADDRESSES)
_LINK = re.compile(r"inq_[\w-]{8,}+|inquiry-id(?:=|%(?:25)*+3d)[^\s&#]", re.ASCII | re.IGNORECASE)
_WORD = re.compile(r"\S+")


def may_be_secret(text: str) -> bool:
    """Return whether a text may hold a token or a verification link: it gets into no address."""
    return bool(_SECRET.search(text))


def without_tokens(text: str) -> str:
    """Return a text without the tokens, keys and one-time links in it; others stay as they are.

    A token is also found with characters in it that are not seen.
    """
    seen = _as_seen(text)
    return _TOKEN.sub("", seen) if _TOKEN.search(seen) else text


def without_links(text: str) -> str:
    """Return a text without the words that hold a verification link or an inquiry ID.

    Each is also found with characters in it that are not seen.
    """
    seen = _as_seen(text)
    if not _LINK.search(seen):
        return text
    return _WORD.sub(lambda word: "" if _LINK.search(word[0]) else word[0], seen)


def has_secret(text: str) -> bool:
    """Return whether a text holds any of these."""
    return without_links(without_tokens(text)) != text


def _as_seen(text: str) -> str:
    return characters.without_invisible(text) if len(text) <= READ_MAX else text
