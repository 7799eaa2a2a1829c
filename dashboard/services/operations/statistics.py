"""What SQLite knows of its tables is refreshed once a day, and noted beside the heartbeat."""

from datetime import timedelta

from dashboard.services.clocks import is_fresh
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database, Transaction
from dashboard.store.maintenance import statistics
from dashboard.store.upstream import observations
from dashboard.store.upstream.observations import Seen

EVERY = timedelta(days=1)
NAME = "database.statistics"


class Statistics:
    """Refreshes them when they are due."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def refresh(self) -> bool:
        """Refresh them if they are due; return whether they were.

        Raises:
            StoreError: the database cannot be used.

        """
        if not self._database.is_file:
            return False
        with self._database.read() as connection:
            if not self._are_due(connection):
                return False
        with self._database.write() as connection:
            if not self._are_due(connection):
                return False  # another worker has done it
            statistics.refresh(connection)
            observations.put(connection, NAME, Seen("", self._clock()))
        return True

    def _are_due(self, connection: Transaction) -> bool:
        last = observations.find(connection, NAME)
        return last is None or not is_fresh(last.at, self._clock(), EVERY)
