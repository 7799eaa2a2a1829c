"""The rows of the audit as they are stored, to be taken elsewhere and verified there."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, select, true
from sqlalchemy.exc import OperationalError

from dashboard.store.audit.chain import ACTOR, RAW
from dashboard.store.audit.lines import LineFilters, matching
from dashboard.store.schema import audit, staff
from dashboard.text.ids import find_uuid

Value = str | int | None
COLUMNS = tuple(column.name for column in audit.c)
SINCE_0011 = frozenset(ACTOR)  # columns that older exports lack
_SUBJECT = COLUMNS.index("subject_id")
NUMBERS = frozenset({"seq", "staff_id", "attempt_seq"})


# Each of them is quick on its own; together they would read every row.
_ENDS = select(
    select(func.count()).select_from(audit).scalar_subquery(),
    select(func.min(audit.c.seq)).scalar_subquery(),
    select(func.max(audit.c.seq)).scalar_subquery(),
)


def numbers(
    connection: Connection, filters: LineFilters, given_up_at: datetime, limit: int
) -> tuple[Sequence[int], int]:
    """Return the newest rows of the lines that match, oldest first, and how many there are.

    At most eight bytes per row: there may be a million.
    """
    if filters == LineFilters():
        total, first, last = connection.execute(_ENDS).one()
        if total and total == last - first + 1:
            return range(max(first, last - limit + 1), last + 1), total
        wanted: ColumnElement[bool] = true()
    else:
        line = func.coalesce(audit.c.attempt_seq, audit.c.seq)
        wanted = line.in_(matching(connection, filters, given_up_at))
        counted = select(func.count()).select_from(audit).where(wanted)
        total = connection.execute(counted).scalar_one()
    newest = select(audit.c.seq).where(wanted).order_by(audit.c.seq.desc()).limit(limit)
    chosen = array("q", (seq for (seq,) in connection.execute(newest)))
    chosen.reverse()
    return chosen, total


_TEXTS = select(*(cast(column, Text) for column in audit.c)).order_by(audit.c.seq)


def columns(connection: Connection, chosen: Sequence[int]) -> list[Sequence[Value]]:
    """Return rows by column, with exactly the values that their macs cover; an odd one as text."""
    rows = _texts(connection, _among(chosen))
    stored = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    return [_exact(name, texts) for name, texts in zip(COLUMNS, stored, strict=True)]


def users(connection: Connection, chosen: Sequence[int]) -> list[UUID]:
    """Return the users that rows are about, each once."""
    among = and_(_among(chosen), audit.c.subject_kind == "user")
    about = select(cast(audit.c.subject_id, Text)).where(among).distinct()
    try:
        ids = set(connection.execute(about).scalars())
    except OperationalError:  # as in `_texts`
        ids = {row[_SUBJECT] for row in _texts(connection, among)}
    return [user_id for each in ids if each and (user_id := find_uuid(each))]


def names(connection: Connection) -> dict[Value, tuple[str, str]]:
    """Return name and email of all staff by id."""
    statement = select(staff.c.id, staff.c.name, staff.c.email)
    return {row.id: (row.name, row.email) for row in connection.execute(statement)}


def _among(chosen: Sequence[int]) -> ColumnElement[bool]:
    if isinstance(chosen, range):
        return audit.c.seq.between(chosen[0], chosen[-1])
    return audit.c.seq.in_(chosen)


def _texts(connection: Connection, among: ColumnElement[bool]) -> Sequence[Sequence[Any]]:
    try:
        return connection.execute(_TEXTS.where(among)).all()
    except OperationalError:  # SQLite has a text that is no UTF-8: we did not write it
        rows = connection.execute(RAW.where(among)).all()
    return [[each if each is None else _decoded(each) for each in row] for row in rows]


def _decoded(stored: bytes | int) -> str:
    return str(stored) if isinstance(stored, int) else stored.decode(errors="replace")


def _exact(name: str, texts: Sequence[str | None]) -> Sequence[Value]:
    read = _READERS.get(name)
    if read is None:
        return texts
    return [each if each is None else _value(read, each) for each in texts]


def _value(read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except ValueError:
        return text


def _time(text: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()


_READERS: Mapping[str, Callable[[str], Value]] = {"at": _time, **dict.fromkeys(NUMBERS, int)}
