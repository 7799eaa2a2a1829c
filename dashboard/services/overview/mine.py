"""The work of one person: the users they own, which of them are due, and who was given to them."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import OF_ME, OF_NO_ONE, DeskFilters, Due
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database
from dashboard.store.directory.owning import follow_up_times
from dashboard.store.owners import owners
from dashboard.store.owners.owners import GivenUser

GIVEN_AT_MOST = 5


@dataclass(frozen=True)
class Mine:
    """Numbers of lists of the desk, and users who were given to a person and not opened yet."""

    overdue: int
    total: int
    today: int
    overdue_of_no_one: int
    given: tuple[GivenUser, ...]


class MineReader:
    """Reads what one person has to do."""

    def __init__(self, desk: Desk, database: Database, clock: Clock, lapses: timedelta) -> None:
        self._desk = desk
        self._database = database
        self._clock = clock
        self._lapses = lapses

    def read(self, reader: Reader) -> Mine:
        """Return what the reader has to do."""
        due: Counter[str] = Counter()
        for (_lane, when), users in self._desk.waiting(DeskFilters(owner=OF_ME), reader).items():
            due[when] += users
        times = follow_up_times(self._clock(), self._lapses)
        with self._database.read() as connection:
            given = owners.given(connection, reader.staff_id, times, GIVEN_AT_MOST)
        return Mine(
            overdue=due[Due.OVERDUE],
            total=due.total(),
            today=due[Due.TODAY],
            overdue_of_no_one=self._desk.count(
                DeskFilters(owner=OF_NO_ONE, due=Due.OVERDUE), reader
            ),
            given=tuple(given),
        )
