"""The kinds of columns: UTC times and UUIDs are held in one way only."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, ForeignKey, Integer, Text, TypeDecorator, Uuid


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


def id_column(name: str = "id") -> Column[Any]:
    """Return a primary key that counts."""
    return Column(name, Integer, primary_key=True)


def at_column(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a point in time."""
    return Column(name, UtcDateTime, nullable=nullable)


def text_column(name: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    """Return a text."""
    return Column(name, Text, nullable=nullable, server_default=default)


def staff_column(name: str = "staff_id", *, nullable: bool = False) -> Column[Any]:
    """Return a member of staff."""
    return Column(name, Integer, ForeignKey("staff.id"), nullable=nullable)


def user_column(name: str = "user_id", *, nullable: bool = False) -> Column[Any]:
    """Return a user of Qash: never a foreign key, the API is the truth about them."""
    return Column(name, Uuid, nullable=nullable)
