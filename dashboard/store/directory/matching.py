"""What a query means, as conditions on a row, and the rows that the search index offers for it.

A word of three characters or more matches any part of an email or a name, a shorter one the start
of an email or of a word of a name. The index knows which three characters follow each other in a
user's texts: SQLite's FTS5, or PostgreSQL's pg_trgm. Whatever it offers is checked on the row.
"""

from copy import copy
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
    union,
)

from dashboard.store.db import trigrams
from dashboard.store.db.columns import PlainText
from dashboard.store.db.texts import holds_part
from dashboard.store.directory.kyc_lanes import is_in
from dashboard.store.directory.query import DirectoryQuery, Word
from dashboard.store.notes import book
from dashboard.store.schema import directory, grants, inquiries
from dashboard.store.tags import tags
from dashboard.text.search import START, cases

NAMED_AT_MOST = 500  # users of a note, a tag, a ticket or an inquiry, to be found one by one
MARKS = {"status": "!", "country_code": "=", "user_type": "<", "language": ">"}  # in the index
_INDEX = table("directory_index", column("rowid"), column("directory_index"))


class Matching:
    """The rows that match a query. The users that its words name are read once."""

    def __init__(self, connection: Connection, query: DirectoryQuery) -> None:
        self._is_file = connection.dialect.name == "sqlite"
        self.query = query
        self._words = [(word, _named(connection, word)) for word in query.words]

    def of(self, query: DirectoryQuery) -> "Matching":
        """Return the rows that match another query of the same words."""
        other = copy(self)
        other.query = query
        return other

    def found(self, statement: Select[Any]) -> Select[Any]:
        """Return the statement for all rows that match."""
        return self.offered(statement) if self._words else self.checked(statement)

    def checked(self, statement: Select[Any]) -> Select[Any]:
        """Return the statement for rows that match, each row checked."""
        return statement.where(self.condition())

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that a row matches."""
        wanted = [or_(_holds(word), name) for word, name in self._words]
        return and_(true(), *wanted, *self._filters())

    def within(self, statement: Select[Any], column: Column[Any]) -> Select[Any]:
        """Return the statement for rows that have what the query asks of one column."""
        return statement.where(*self._filters(column))

    def _filters(self, only: Column[Any] | None = None) -> list[ColumnElement[bool]]:
        query = self.query
        asked: list[tuple[Column[Any], ColumnElement[bool]]] = [
            (directory.c[name], directory.c[name] == value) for name, value in query.filters.items()
        ]
        asked += [(span.column, span.holds()) for span in query.spans]
        if only is not None:
            return [condition for column, condition in asked if column is only]
        others = [is_in(query.kyc)] if query.kyc else []
        if query.owned:
            others.append(query.owned.condition())
        if query.tag:
            others.append(directory.c.user_id.in_(tags.having(query.tag)))
        if query.hides_tests:
            others.append(~directory.c.is_test)
        return [*(condition for _, condition in asked), *others]

    def offered(self, statement: Select[Any]) -> Select[Any]:
        """Return the statement for the same rows, found by the search index."""
        if not self._is_file:
            found = [or_(_like(word), name) for word, name in self._words]
            return self.checked(statement.where(*found))
        unnamed = [_asked(word) for word, name in self._words if name is _NOBODY]
        marks = [
            f"{MARKS[name]}{value}"[: trigrams.LENGTH] for name, value in self.query.filters.items()
        ]
        asked = trigrams.all_of(
            [*unnamed, *(trigrams.quoted(mark) for mark in marks if len(mark) == trigrams.LENGTH)]
        )
        if unnamed:
            # The plus keeps SQLite from looking each row up in the index.
            here = directory.c.id == literal_column("+directory_index.rowid")
            joined = directory.join(_INDEX, here)
            statement = statement.select_from(joined).where(_matches(asked))
        for word, name in self._words:
            if name is not _NOBODY:
                rows = select(_INDEX.c.rowid).where(_matches(_asked(word)))
                statement = statement.where(or_(directory.c.id.in_(rows), name))
        return self.checked(statement)


def has_index(connection: Connection) -> bool:
    """Return whether there is a search index: a PostgreSQL may lack what makes one."""
    if connection.dialect.name == "sqlite":
        return True
    return connection.execute(select(func.to_regclass(_INDEX.name))).scalar() is not None


_NOBODY = false()
_HEX = func.replace(cast(directory.c.user_id, Text), "-", "")


def _holds(word: Word) -> ColumnElement[bool]:
    """Return the condition that a row has one of what the word can be."""
    table = directory.c
    ways: list[ColumnElement[bool]] = []
    if len(word.text) >= trigrams.LENGTH:
        ways += [holds_part(table.email_key, word.text), holds_part(table.name_key, word.text)]
    elif word.text:
        starts = func.substr(table.email_key, 1, len(word.text)) == literal(word.text, PlainText)
        ways += [starts, holds_part(table.name_key, START + word.text)]
    if word.phone:
        ways.append(holds_part(table.phone_digits, word.phone))
    if word.id_part:
        ways.append(holds_part(_HEX, word.id_part))
    if word.countries:
        ways.append(table.country_code.in_(word.countries))
    return or_(false(), *ways)


def _named(connection: Connection, word: Word) -> ColumnElement[bool]:
    """Return the condition that a note, a tag, a ticket or an inquiry of the user has the word."""
    sources: list[Select[UUID]] = []
    if word.text:
        sources += [book.matching(connection, word.text), tags.named(word.text)]
    if word.inquiry:
        starts = inquiries.c.inquiry_id.between(word.inquiry, word.inquiry + "\U0010ffff")
        sources.append(select(inquiries.c.user_id).where(starts))
    if word.ticket:
        of = grants.c.ticket.in_(cases(word.ticket))
        sources.append(select(grants.c.user_id).where(of, grants.c.user_id.is_not(None)))
    if not sources:
        return _NOBODY
    users = union(*sources)
    found = connection.execute(users.limit(NAMED_AT_MOST + 1)).scalars().all()
    if not found:
        return _NOBODY
    return directory.c.user_id.in_(found if len(found) <= NAMED_AT_MOST else users)


def _like(word: Word) -> ColumnElement[bool]:
    """Return the word as PostgreSQL's index has it: signs of an email are letters."""
    ways: list[ColumnElement[bool]] = []
    if word.text:
        ways.append(_FOLDED.contains(_start(word).translate(_LETTERS), autoescape=True))
    if word.phone:
        ways.append(directory.c.phone_digits.contains(word.phone, autoescape=True))
    if word.id_part:
        hexadecimal = func.directory_hex(directory.c.user_id, type_=PlainText)
        ways.append(hexadecimal.contains(word.id_part, autoescape=True))
    if word.countries:
        ways.append(directory.c.country_code.in_(word.countries))
    return or_(false(), *ways)


_FOLDED = func.directory_folded(
    literal_column(f"'{START}'", Text()) + directory.c.email_key + directory.c.name_key,
    type_=PlainText(),
)
_LETTERS = str.maketrans(".@_-+", "qxkwj")  # as the migration writes them


def _asked(word: Word) -> str:
    """Return the word as FTS5 is asked for it."""
    parts = (_start(word), word.phone.translate(_PHONE), word.id_part.upper().translate(_ID))
    ways = [trigrams.holding(part) for part in parts if part]
    ways += [
        trigrams.quoted(f"{MARKS['country_code']}{code}"[: trigrams.LENGTH])
        for code in word.countries
    ]
    return f"({' OR '.join(ways)})"


_PHONE = str.maketrans("0123456789", "QRSTUVWXYZ")  # as the migration writes them
_ID = str.maketrans("0123456789", "GHIJKLMNOP")


def _start(word: Word) -> str:
    """Return the word as the index has it: a short one with what is before a start."""
    is_short = 0 < len(word.text) < trigrams.LENGTH
    return START + word.text if is_short else word.text


def _matches(asked: str) -> ColumnElement[bool]:
    return trigrams.matches(_INDEX.c.directory_index, asked)
