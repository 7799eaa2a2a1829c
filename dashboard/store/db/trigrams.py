"""Search indexes of SQLite's FTS5 that know which three characters follow each other in a text.

What they offer holds all of them, not always in a row: it is checked on the text itself.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, column, select, table

from dashboard.store.db.columns import storable

LENGTH = 3
EVERY = 12  # characters; of a longer text, each third three of them


def rows_with(index: str, text: str) -> Select[int]:
    """Return the rows of an index with what is in a text of three characters or more."""
    asked = table(index, column("rowid"), column(index))
    return select(asked.c.rowid).where(matches(asked.c[index], holding(text)))


def matches(index: ColumnElement[str], asked: str) -> ColumnElement[bool]:
    """Return the condition that a row of an index has what is asked for."""
    return index.op("MATCH")(storable(asked))


def holding(text: str) -> str:
    """Ask for what is in a text of three characters or more."""
    last = len(text) - LENGTH
    step = 1 if len(text) <= EVERY else LENGTH
    places = dict.fromkeys([*range(0, last, step), last])
    return all_of(quoted(text[place : place + LENGTH]) for place in places)


def all_of(asked: Iterable[str]) -> str:
    """Ask for all of these."""
    return f"({' AND '.join(asked)})"


def quoted(text: str) -> str:
    """Ask for three characters, whatever they are."""
    return '"' + text.replace('"', '""') + '"'
