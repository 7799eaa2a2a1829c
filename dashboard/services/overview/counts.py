"""How many users have a status, as the API counts them: at most one call in 60 s for each."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from dashboard.partner.api import READ_DEADLINE_S
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.services.ports import Clock, UserSource
from dashboard.services.readers import Reader
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.limits.table import LimitStorage
from dashboard.store.overview import figures
from dashboard.store.users import status_counts as counts
from dashboard.store.users.status_counts import CachedCount

FRESH = timedelta(seconds=60)
ASKING_S = READ_DEADLINE_S + 1  # the longest that another request may still be asking
log = structlog.get_logger()


@dataclass(frozen=True)
class StatusCount:
    """The number of users of a status. `failed` says that the API did not give one just now."""

    status: str
    count: CachedCount | None
    failed: bool = False

    @property
    def is_coming(self) -> bool:
        """Return whether another request is asking right now."""
        return self.count is None and not self.failed


class StatusCounts:
    """Counts users by status."""

    def __init__(
        self, source: UserSource, upstream: UpstreamMonitor, database: Database, clock: Clock
    ) -> None:
        self._source = source
        self._upstream = upstream
        self._database = database
        self._clock = clock
        self._windows = LimitStorage(database, clock, BRIEFLY_MS)

    def ours(self, reader: Reader) -> dict[str, int]:
        """Return how many users of each status are in our copy; no call is made."""
        with self._database.read() as connection:
            return figures.by_status(connection, hides_tests=reader.hides_test_users)

    def count(self, status: str) -> StatusCount:
        """Return how many users have a status; at most one call in 60 s, for all staff together.

        The first request in each 60 s asks the API; others get the last answer.
        """
        with self._database.read() as connection:
            known = counts.find(connection, status)
        if known and abs(self._clock() - known.counted_at) < FRESH:
            return StatusCount(status, known)
        try:
            return self._count(status, known)
        except StoreError as error:  # busy: no window, and no call
            log.warning("count_not_kept", cause=str(error))
            return StatusCount(status, known)

    def _count(self, status: str, known: CachedCount | None) -> StatusCount:
        failure = f"count-failed:{status}"
        if self._windows.get(failure):
            return StatusCount(status, known, failed=True)
        if self._windows.incr(f"count:{status}", ASKING_S) > 1:
            return StatusCount(status, known)
        try:
            counted = self._ask(status)
        except PartnerError:
            self._windows.incr(failure, FRESH.total_seconds())
            return StatusCount(status, known, failed=True)
        self._keep(status, counted)
        return StatusCount(status, counted)

    def _keep(self, status: str, counted: CachedCount) -> None:
        """Keep a count. Where the database is busy, the next request asks again."""
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                counts.put(connection, status, counted)
        except StoreError as error:
            log.warning("count_not_kept", cause=str(error))

    def _ask(self, status: str) -> CachedCount:
        """Ask for a page of the list; its total counts, unless the filter is seen to be ignored."""
        answer = self._source.list_users(UserQuery(status=status))
        users = answer.value.users
        honoured = all(user.status_text == status for user in users)
        ignored = not honoured or self._upstream.ignores("status")
        return CachedCount(None if ignored else answer.value.total, answer.at)
