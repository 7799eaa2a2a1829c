"""The worker's rounds: pages promise automatic checks only while the worker runs."""

from datetime import datetime, timedelta

from dashboard.services.clocks import is_fresh
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database
from dashboard.store.upstream import observations as upstream
from dashboard.store.upstream.observations import Seen

HEARTBEAT_EVERY = timedelta(minutes=1)
STALE_AFTER = timedelta(minutes=5)
_NAME = "worker.round"


class WorkerHeartbeat:
    """Notes the worker's rounds, at most once per minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self) -> None:
        """Note that a round was made.

        Raises:
            StoreError: it cannot be noted.

        """
        now, last = self._clock(), self.find_last()
        if last is None or not is_fresh(last, now, HEARTBEAT_EVERY):
            with self._database.write() as connection:
                upstream.put(connection, _NAME, Seen("", now))

    def find_last(self) -> datetime | None:
        """Return when the last noted round was, None where there never was one."""
        with self._database.read() as connection:
            seen = upstream.everything_seen(connection).get(_NAME)
        return seen.at if seen else None

    def is_running(self) -> bool:
        """Return whether the worker made a round recently."""
        last = self.find_last()
        return last is not None and is_fresh(last, self._clock(), STALE_AFTER)
