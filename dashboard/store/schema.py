"""Every table. Columns hold UTC times and UUIDs in one way only; a migration makes each change."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


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


def _id(name: str = "id") -> Column[Any]:
    return Column(name, Integer, primary_key=True)


def _at(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


def _text(name: str, *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    return Column(name, Text, nullable=nullable, server_default=default)


def _staff(name: str = "staff_id", *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, ForeignKey("staff.id"), nullable=nullable)


def _user(name: str = "user_id", *, nullable: bool = False) -> Column[Any]:
    """Return a user of Qash: never a foreign key, the API is the truth about them."""
    return Column(name, Uuid, nullable=nullable)


staff = Table(
    "staff",
    metadata,
    _id(),
    _text("email"),  # lower case
    _text("name"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False),
    _text("language", nullable=True),
    _text("time_zone", nullable=True),
    _at("created_at"),
    _at("seen_at", nullable=True),
    UniqueConstraint("email"),
)

staff_roles = Table(
    "staff_roles",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("role", Text, primary_key=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", Text, primary_key=True),  # of the id in the cookie, never the id
    _staff(),
    _at("created_at"),
    _at("seen_at"),
    _text("data"),
    Index(None, "staff_id"),
    Index(None, "seen_at"),
)

intents = Table(
    "intents",
    metadata,
    Column("nonce", Text, primary_key=True),
    _staff(),
    _text("action"),
    _user("subject_id", nullable=True),
    _text("body_mac"),
    Column("attempt_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _at("created_at"),
)

audit = Table(
    "audit",
    metadata,
    _id("seq"),
    _at("at"),
    _staff(nullable=True),
    _text("action"),
    _text("subject_kind", nullable=True),
    _text("subject_id", nullable=True),
    Column("attempt_seq", Integer, ForeignKey("audit.seq")),
    _text("outcome"),
    _text("intent", nullable=True),
    _text("reason", nullable=True),
    _text("details"),  # JSON with sorted keys
    _text("request_id", nullable=True),
    _text("environment"),
    _text("key_id"),
    _text("prev"),
    _text("mac"),
    Index(None, "subject_id", "seq"),
    Index(None, "staff_id", "seq"),
    Index(None, "attempt_seq"),
)

inquiries = Table(
    "inquiries",
    metadata,
    _id(),
    _user(),
    _text("state"),
    _text("inquiry_id", nullable=True),
    _text("verification_url", nullable=True),
    _at("started_at"),
    _staff(nullable=True),
    _text("source"),
    Column("audit_seq", Integer, ForeignKey("audit.seq")),
    _text("request_id", nullable=True),
    Index(None, "user_id", "id"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _user(),
    _staff(),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _text("state"),
    _text("reason"),
    _text("ticket", nullable=True),
    _at("issued_at"),
    _at("expires_at", nullable=True),
    _text("fingerprint", nullable=True),
    _text("key_id", nullable=True),
    Index(None, "user_id", "id"),
)

registrations = Table(
    "registrations",
    metadata,
    _id(),
    _user(nullable=True),
    _text("state"),
    _text("email"),
    _text("user_type"),
    _text("country_code"),
    _staff(),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _at("registered_at"),
    Index(None, "user_id"),
    Index(None, "email"),
)

sightings = Table(
    "sightings",
    metadata,
    _id(),
    _user(),
    _text("email"),
    _text("email_folded"),  # what a search for the exact email compares
    _text("status"),
    _text("country_code", nullable=True),
    _text("preferred_language", nullable=True),
    _at("registered_at", nullable=True),
    _at("first_seen_at"),
    _at("last_seen_at"),
    Index(None, "user_id", "id"),
    Index(None, "email_folded"),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _user(),
    _staff(),
    _text("body"),
    _at("created_at"),
    Index(None, "user_id", "id"),
)

counts = Table(
    "counts",
    metadata,
    Column("status", Text, primary_key=True),
    Column("total", Integer),
    _at("counted_at"),
)

limits = Table(
    "limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    _at("expires_at"),
    Index(None, "expires_at"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    _text("value"),
)
