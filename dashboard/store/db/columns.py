"""The kinds of columns: UTC times and UUIDs are held in one way only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    Text,
    TypeDecorator,
    Uuid,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import NullType, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time. Naive times are refused: SQLite would store them as if they were UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; raise ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Return an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CompactTime(UtcDateTime):
    """A point in time that takes 8 bytes on SQLite, too, as microseconds: for many rows."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Leave PostgreSQL's as it is."""
        return Integer() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401  of an engine
        """Store UTC; raise ValueError for a time without a zone."""
        if value is None or dialect.name != "sqlite":
            return super().process_bind_param(value, dialect)
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what reads a value: a list has hundreds, so on SQLite nothing is around it."""
        return (
            _read_time if dialect.name == "sqlite" else super().result_processor(dialect, coltype)
        )


def _read_time(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def storable(value: Any) -> Any:  # noqa: ANN401  what is no text stays as it is
    """Return a text as both engines take it: without NUL and without halves of characters."""
    if not isinstance(value, str):
        return value
    if not value.isascii():
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


class PlainText(TypeDecorator[str]):
    """A text that either engine takes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Replace what cannot be stored."""
        return value if value is None else str(storable(value))


class SortedText(PlainText):
    """A text that is sorted byte by byte, as SQLite does."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Leave the server's own order out."""
        return Text(collation="C" if dialect.name == "postgresql" else None)


E = TypeVar("E", bound=StrEnum)
D = TypeVar("D")


def read_back(kind: type[E], value: str, otherwise: D) -> E | D:
    """Return a stored value as a member of `kind`, `otherwise` where this version has none."""
    try:
        return kind(value)
    except ValueError:
        return otherwise


# Foreign counts: SQLite's integers have 64 bits anyway.
WIDE = Integer().with_variant(BigInteger(), "postgresql")


def id_column(name: str = "id") -> Column[Any]:
    """Return a primary key that counts."""
    return Column(name, Integer, primary_key=True)


def at_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a point in time."""
    return Column(name, UtcDateTime, nullable=nullable)


def compact_at_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a point in time of a table with very many rows."""
    return Column(name, CompactTime, nullable=nullable)


def text_column(name: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    """Return a text."""
    return Column(name, PlainText, nullable=nullable, server_default=default)


def partial_index(name: str, *columns: str, where: str, on_a_server: str = "") -> Index:
    """Return an index of the rows that meet a condition; `on_a_server` is PostgreSQL's spelling."""
    server = text(on_a_server or where)
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=server)


def sorted_column(name: str) -> Column[Any]:
    """Return a text that lists are sorted by."""
    return Column(name, SortedText, nullable=False)


def staff_column(name: str = "staff_id", *, nullable: bool = False) -> Column[Any]:
    """Return a member of staff."""
    return Column(name, Integer, ForeignKey("staff.id"), nullable=nullable)


def user_column(name: str = "user_id", *, nullable: bool = False) -> Column[Any]:
    """Return a user of Qash: never a foreign key, the API is the truth about them."""
    return Column(name, Uuid, nullable=nullable)


class Stored(ColumnElement[Any]):
    """A column as it is stored. On SQLite, a foreign value may be of any type: bytes."""

    inherit_cache = False
    type = NullType()

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column


@compiles(Stored)
def _as_typed(element: Stored, compiler: Any, **how: Any) -> str:  # noqa: ANN401  SQLAlchemy's
    return str(compiler.process(element.column, **how))


@compiles(Stored, "sqlite")
def _as_bytes(element: Stored, compiler: Any, **how: Any) -> str:  # noqa: ANN401  SQLAlchemy's
    return f"CAST({compiler.process(element.column, **how)} AS BLOB)"
