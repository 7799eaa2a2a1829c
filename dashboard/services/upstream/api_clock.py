"""The Partner API's clock, which shows that ours is right before anything is deleted by its age.

What a clock deletes too early can't be brought back, and a clock that is far ahead makes
everything old. Each answer of the API has its time. Without a recent answer nothing is deleted.
"""

from datetime import datetime, timedelta

import structlog

from dashboard.partner.telemetry import CallRecord
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database
from dashboard.store.upstream import observations
from dashboard.store.upstream.observations import Seen

APART_AT_MOST = timedelta(hours=1)  # of what is kept for days
_NAME = "api.clock"
log = structlog.get_logger()


def noted(call: CallRecord) -> dict[str, Seen]:
    """Return what a call showed of the API's clock, by the name it is kept under."""
    return {_NAME: Seen("", call.server_at)} if call.server_at else {}


class ApiClock:
    """Compares our clock with the newest time that the API told any of our processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._agreed = True

    def find_last(self) -> datetime | None:
        """Return the newest time that the API told, None where it never told one."""
        with self._database.read() as connection:
            seen = observations.find(connection, _NAME)
        return seen.at if seen else None

    def differs(self) -> bool:
        """Return whether the newest time that the API told is far from ours."""
        last = self.find_last()
        return last is not None and abs(self._clock() - last) >= APART_AT_MOST

    def agrees(self) -> bool:
        """Return whether ours is at most an hour away from it; a change is logged.

        Raises:
            StoreError: the database cannot be used.

        """
        now, last = self._clock(), self.find_last()
        agrees = last is not None and abs(now - last) < APART_AT_MOST
        if agrees is not self._agreed:
            told = last.isoformat(timespec="seconds") if last else ""
            if agrees:
                log.info("deleting_goes_on", api_clock=told)
            else:
                log.warning("deleting_waits", api_clock=told)
            self._agreed = agrees
        return agrees
