"""The log of requests to the API, as pages show it, and for how long it is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dashboard.services.ports import Clock
from dashboard.store.audit import lines as audit_lines
from dashboard.store.db.database import Database
from dashboard.store.requests import log
from dashboard.store.requests.log import WORKER, CallFilters, LoggedCall, Status
from dashboard.store.upstream import observations
from dashboard.store.upstream.observations import Seen
from dashboard.store.users import sightings

__all__ = ["WORKER", "CallFilters", "CallPage", "LoggedCall", "RequestLog", "Status"]

PAGE = 50
BATCH_SIZE, BATCHES = 2000, 50


@dataclass(frozen=True)
class CallPage:
    """A page of the log, with users' emails by ID and the staff that it can be filtered by.

    `older` is the row that the next page follows, None on the last page. `missing` says how many
    calls could not be kept, and when that was last so.
    """

    calls: tuple[LoggedCall, ...]
    older: int | None
    missing: Seen | None
    people: tuple[tuple[str, str, int], ...]
    emails: Mapping[UUID, str]


class RequestLog:
    """Reads the log, and forgets what is old. `flush` writes what this process has not written."""

    def __init__(
        self, database: Database, clock: Clock, keep: timedelta, flush: Callable[[], None]
    ) -> None:
        self._database = database
        self._clock = clock
        self._flush = flush
        self.keep = keep

    def page(self, filters: CallFilters) -> CallPage:
        """Return a page of calls, newest first.

        Raises:
            StoreError: the database cannot be read.

        """
        self._flush()
        with self._database.read() as connection:
            found = log.newest(connection, filters, PAGE + 1)
            calls = tuple(found[:PAGE])
            seen = sightings.newest(connection, {each.user_id for each in calls if each.user_id})
            return CallPage(
                calls=calls,
                older=calls[-1].id if len(found) > PAGE else None,
                missing=observations.find(connection, observations.MISSING_CALLS),
                people=tuple(audit_lines.people(connection)),
                emails={user_id: facts.email for user_id, facts in seen.items()},
            )

    def remove_old(self) -> int:
        """Remove calls that were kept long enough, one batch per transaction; return how many.

        Raises:
            StoreError: the database cannot be used.

        """
        before, removed = self._clock() - self.keep, 0
        for _ in range(BATCHES):
            with self._database.write() as connection:
                batch = log.remove_before(connection, before, BATCH_SIZE)
                if batch < BATCH_SIZE:
                    observations.remove_older(connection, observations.MISSING_CALLS, before)
            removed += batch
            if batch < BATCH_SIZE:
                break
        return removed
