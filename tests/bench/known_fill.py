"""Users of the stand-in as the dashboard knows them a day after a complete sweep."""

from datetime import UTC, datetime, timedelta

from dashboard.services.seen import SeenUsers
from dashboard.store.db.database import Database
from tests.bench.upstream import user
from tests.support import directory

BATCH = 1_000


def fill(database: Database, count: int) -> None:
    """Let the newest of the stand-in's users, so many, be known."""
    at = datetime.now(UTC) - timedelta(days=1)
    remembered = SeenUsers(keeps_directory=True)
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with database.write() as connection:
            seen = [directory.facts_of(user(number)) for number in numbers]
            remembered.record(connection, seen, at)
    directory.fill(database, [], at)
