"""Who opened which user, for auditors: kept for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.services.ports import Clock
from dashboard.store.db.database import Database
from dashboard.store.story import visits
from dashboard.store.story.visits import Opening

PAGE, BATCH = 50, 1_000
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class VisitPage:
    """Users that a person opened, newest first, and how many there were in a week and in a month.

    `older` is where the next page goes on.
    """

    visits: tuple[Opening, ...]
    older: Place | None
    week: int
    month: int


class OpeningLog:
    """Reads and removes what `Openings` notes."""

    def __init__(self, database: Database, clock: Clock, *, kept: timedelta) -> None:
        self._database = database
        self._clock = clock
        self.kept = kept

    def of_person(self, staff_id: int, before: Place | None) -> VisitPage:
        """Return a page of the users whom a member of staff opened."""
        with self._database.read() as connection:
            found = visits.of_person(connection, staff_id, before, PAGE + 1)
            week, month = (
                visits.count_users(connection, staff_id, self._clock() - span)
                for span in (WEEK, MONTH)
            )
        shown = found[:PAGE]
        last = (shown[-1].hour_at, shown[-1].user_id) if len(found) > PAGE else None
        return VisitPage(tuple(shown), last, week, month)

    def remove_old(self) -> None:
        """Remove what is older than it is kept, some rows at a time.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.write() as connection:
            visits.remove(connection, self._clock() - self.kept, BATCH)
