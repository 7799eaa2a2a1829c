"""The users of the fast upstream, as rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.bench.upstream import COUNTRIES, STATUSES, user_id

NEWEST = datetime(2026, 9, 27, tzinfo=UTC)


def people(count: int) -> Iterator[dict[str, object]]:
    """Make so many, the newest first."""
    for number in range(count):
        yield {
            "uuid": UUID(user_id(number)),
            "email": f"user.{number}@example.com",
            "status": STATUSES[number % len(STATUSES)],
            "country": COUNTRIES[number % len(COUNTRIES)],
            "phone": f"+5730{number:08d}",
            "language": "es" if number % 3 else "en",
            "registered_at": NEWEST - timedelta(minutes=number),
        }
