"""The visits of staff to the overview and the desk: since when there may be news for them."""

from datetime import datetime, timedelta

import structlog

from dashboard.services.clocks import is_ahead
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.overview import visits
from dashboard.store.overview.visits import Visit

ENDS_AFTER = timedelta(minutes=30)
KEEP_FRESH = timedelta(seconds=60)
log = structlog.get_logger()


class Visits:
    """Keeps each person's visit. All of their tabs are one: it ends when none asked for a while."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def note(self, staff_id: int) -> datetime | None:
        """Note that a person is here, and return when their last visit ended, None for the first.

        If it can't be noted just now, the page is shown all the same.
        """
        now = self._clock()
        with self._database.read() as connection:
            kept = visits.find(connection, staff_id)
        visit = _now(kept, now)
        if visit != kept:
            try:
                with self._database.write(BRIEFLY_MS) as connection:
                    visits.put(connection, staff_id, visit)
            except StoreError as error:
                log.warning("visit_not_noted", cause=str(error))
        return visit.since_at

    def since(self, staff_id: int) -> datetime | None:
        """Return when a person's last visit ended, None for the first."""
        with self._database.read() as connection:
            kept = visits.find(connection, staff_id)
        return kept.since_at if kept else None


def _now(kept: Visit | None, now: datetime) -> Visit:
    """Return someone's current visit: still the same one, or a new one."""
    if kept is None or is_ahead(kept.seen_at, now):
        return Visit(None, now)
    if now - kept.seen_at > ENDS_AFTER:
        return Visit(kept.seen_at, now)
    return Visit(kept.since_at, now) if now - kept.seen_at >= KEEP_FRESH else kept
