"""A directory that a sweep has filled."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from dashboard.store.db.database import Database
from dashboard.store.directory import coverage, rows
from dashboard.store.directory.rows import SeenUser
from dashboard.store.schema import directory_sync

START = datetime(2026, 1, 1, tzinfo=UTC)
COUNTRIES = ("CO", "MX", "CL", None)
STATUSES = ("active", "pending", "pending", "suspended", "banned", "on_hold")
NAMES = ("María Soto", "Zoë Núñez", "", "ana pérez")


def someone(number: int) -> SeenUser:
    """Return one of many users who differ in everything that a list is filtered and sorted by."""
    return SeenUser(
        user_id=UUID(int=(number * 7919) ** 5 % 2**128),
        email=f"{('ana', 'Bea', 'carlos')[number % 3]}{number:03}@example.com",
        status=STATUSES[number % len(STATUSES)],
        country_code=COUNTRIES[number % len(COUNTRIES)],
        preferred_language=("es", "en", None)[number % 3],
        registered_at=START + timedelta(hours=number // 3) if number % 7 else None,
        phone=f"+57300555{number:04}" if number % 2 else None,
        name=NAMES[number % len(NAMES)] or None,
        user_type=("personal", "business", None)[number % 3],
    )


def fill(database: Database, users: Iterable[SeenUser], at: datetime | None = None) -> None:
    """Put users into the directory, and say that a sweep has completed."""
    with database.write() as connection:
        rows.record(connection, users, at or datetime.now(UTC))
        connection.execute(insert(directory_sync).values(name=coverage.SWEPT, value=""))
