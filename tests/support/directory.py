"""A directory that a sweep has filled."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from dashboard.store.db.database import Database
from dashboard.store.directory import rows, sweeps
from dashboard.store.directory.rows import SeenUser
from dashboard.store.directory.sweeps import Result

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
    at = at or datetime.now(UTC)
    with database.write() as connection:
        rows.record(connection, users, at)
        sweeps.start(connection, at)
        sweep = sweeps.find_last(connection)
        assert sweep
        whole = replace(sweep, finished_at=at, result=Result.COMPLETE, pages=1)
        sweeps.put(connection, whole)


def facts_of(user: Mapping[str, Any]) -> SeenUser:
    """Return a user of the simulator as an answer of the API tells them."""
    return SeenUser(
        user_id=UUID(user["id"]),
        email=user["email"],
        status=user["status"],
        country_code=user["countryCode"],
        preferred_language=user["preferredLanguage"],
        registered_at=datetime.fromisoformat(user["createdAt"]),
        phone=user.get("phone"),
    )
