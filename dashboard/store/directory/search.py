"""Which users match: words and filters as SQL, in one order, a page at a time by key.

A word of three characters or more matches any part of a field, a shorter one the start of an email
or of a word of a name. SQLite finds parts by FTS5 (trigrams), PostgreSQL by pg_trgm.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.sql import Select

from dashboard.store.directory.kyc_lanes import InLane, is_in
from dashboard.store.directory.rows import COLUMNS, UNKNOWN_AT, Entry, entry
from dashboard.store.schema import directory, grants, inquiries

COUNT_MAX = 10_000
TRIGRAM = 3


class Sort(StrEnum):
    """What the list can be sorted by; a leading `-` in an address turns it round."""

    CREATED = "created"
    EMAIL = "email"
    NAME = "name"
    PHONE = "phone"
    STATUS = "status"
    COUNTRY = "country"
    LANGUAGE = "language"
    USER_TYPE = "user_type"
    CHANGED = "changed"


SORTED_BY: dict[Sort, Column[Any]] = {
    Sort.CREATED: directory.c.registered_at,
    Sort.EMAIL: directory.c.email_key,
    Sort.NAME: directory.c.name_key,
    Sort.PHONE: directory.c.phone_digits,
    Sort.STATUS: directory.c.status,
    Sort.COUNTRY: directory.c.country_code,
    Sort.LANGUAGE: directory.c.language,
    Sort.USER_TYPE: directory.c.user_type,
    Sort.CHANGED: directory.c.status_since_at,
}


@dataclass(frozen=True)
class Word:
    """One word of a search and what it can be; empty: it can't be that.

    `text` is folded and matches emails and names, `phone` are digits of a phone number, `id_part`
    hexadecimal digits of an ID, `countries` codes, `inquiry` the start of an inquiry ID and
    `ticket` a whole ticket number.
    """

    text: str
    phone: str = ""
    id_part: str = ""
    countries: tuple[str, ...] = ()
    inquiry: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class DirectoryQuery:
    """Which users: all words match, and every filter that is set."""

    words: tuple[Word, ...] = ()
    status: str = ""
    country_code: str = ""
    user_type: str = ""
    language: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None  # the first moment that is not in it
    kyc: InLane | None = None


@dataclass(frozen=True)
class Key:
    """A place in the order: the value that is sorted by, and the row's own number."""

    value: str | datetime
    id: int


@dataclass(frozen=True)
class PageOf:
    """Which page: of an order, after or before a row (neither: the first)."""

    sort: Sort = Sort.CREATED
    is_descending: bool = True
    limit: int = 20
    after: Key | None = None
    before: Key | None = None


@dataclass(frozen=True)
class EntryPage:
    """Rows in order. `has_before` and `has_after`: there are more on that side."""

    entries: tuple[Entry, ...]
    has_before: bool
    has_after: bool


def find(connection: Connection, query: DirectoryQuery, page: PageOf) -> EntryPage:
    """Return a page of those who match."""
    column = SORTED_BY[page.sort]
    backwards = page.before is not None
    key = page.before or page.after
    descends = page.is_descending != backwards
    statement = matching(connection, query, select(*COLUMNS))
    if key is not None:
        place = tuple_(column, directory.c.id)
        start = tuple_(bindparam(None, key.value, column.type), bindparam(None, key.id))
        statement = statement.where(place < start if descends else place > start)
    order = (column.desc(), directory.c.id.desc()) if descends else (column, directory.c.id)
    rows = connection.execute(statement.order_by(*order).limit(page.limit + 1)).all()
    entries = [entry(row) for row in rows[: page.limit]]
    has_more = len(rows) > page.limit
    if backwards:
        return EntryPage(tuple(reversed(entries)), has_before=has_more, has_after=True)
    return EntryPage(tuple(entries), has_before=page.after is not None, has_after=has_more)


def key_of(entry: Entry, sort: Sort, connection: Connection) -> Key:
    """Return an entry's place in an order."""
    column = SORTED_BY[sort]
    value = connection.execute(select(column).where(directory.c.id == entry.id)).scalar_one()
    return Key(value, entry.id)


def count(connection: Connection, query: DirectoryQuery, most: int = COUNT_MAX) -> int:
    """Return how many match, `most` + 1 for more than that."""
    found = matching(connection, query, select(directory.c.id)).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def matching(connection: Connection, query: DirectoryQuery, statement: Select[Any]) -> Select[Any]:
    """Return the statement for those who match."""
    table = directory.c
    conditions = [_word(connection, word) for word in query.words]
    for column, wanted in (
        (table.status, query.status),
        (table.country_code, query.country_code),
        (table.user_type, query.user_type),
        (table.language, query.language),
    ):
        if wanted:
            conditions.append(column == wanted)
    if query.created_from:
        conditions.append(table.registered_at >= query.created_from)
    if query.created_to:
        conditions += [table.registered_at < query.created_to, table.registered_at != UNKNOWN_AT]
    if query.kyc:
        conditions.append(is_in(query.kyc))
    return statement.where(*conditions)


def _word(connection: Connection, word: Word) -> ColumnElement[bool]:
    """Return what one word asks for: any of what it can be."""
    table = directory.c
    ways: list[ColumnElement[bool]] = [_parts(connection, word)]
    if word.countries:
        ways.append(table.country_code.in_(word.countries))
    if word.inquiry:
        of = select(inquiries.c.user_id).where(
            inquiries.c.inquiry_id >= word.inquiry,
            inquiries.c.inquiry_id < word.inquiry + "\U0010ffff",
        )
        ways.append(table.user_id.in_(of))
    if word.ticket:
        of = select(grants.c.user_id).where(
            grants.c.ticket == word.ticket, grants.c.user_id.is_not(None)
        )
        ways.append(table.user_id.in_(of))
    return or_(*ways)


def _parts(connection: Connection, word: Word) -> ColumnElement[bool]:
    """Return that a field holds a part that the word can be."""
    table = directory.c
    if len(word.text) < TRIGRAM:
        starts = table.email_key.startswith(word.text, autoescape=True)
        return or_(starts, table.name_key.contains(f"  {word.text}", autoescape=True))
    wanted = {"email_key": word.text, "name_key": word.text}
    if word.phone:
        wanted["phone_digits"] = word.phone
    if word.id_part:
        wanted["id_hex"] = word.id_part
    if connection.dialect.name == "sqlite":
        asked = " OR ".join(f'{name} : "{_quoted(part)}"' for name, part in wanted.items())
        hits: Select[Any] = select(literal_column("rowid")).select_from(text("directory_index"))
        return table.id.in_(hits.where(literal_column("directory_index").op("MATCH")(asked)))
    return or_(*(table[name].contains(part, autoescape=True) for name, part in wanted.items()))


def _quoted(part: str) -> str:
    """Return a text inside a quoted string of FTS5."""
    return part.replace('"', '""').replace("\0", "")
