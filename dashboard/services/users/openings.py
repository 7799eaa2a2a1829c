"""How many users a person may open within an hour: every opening is a call upstream."""

import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from dashboard.services.actors import Actor
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import HOUR, Budget, BudgetSpentError
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.limits import table as limits
from dashboard.store.story import visits
from dashboard.store.users import recent

POLLS = 120  # of one user by a page that follows them, which count as one opening
LATE_MAX = 1_000  # openings that wait to be noted; older ones are given up
ACTION = Permission.USERS_READ.value
log = structlog.get_logger()


class _Opening(NamedTuple):
    """A person who opened a user, and how often to add if the hour has a row already."""

    user_id: UUID
    staff_id: int
    at: datetime
    again: int


class Openings:
    """Counts opened users over all workers, and notes who opened which user."""

    def __init__(self, database: Database, clock: Clock, budget: Budget) -> None:
        self._database = database
        self._clock = clock
        self._budget = budget
        self._lock = threading.Lock()
        self._late = deque[_Opening](maxlen=LATE_MAX)

    def count(self, by: Actor, user_id: UUID, *, follows: bool) -> None:
        """Count that a person opens a user.

        `follows`: if the user was opened within the hour, only every `POLLS`th time counts.

        If it can't be counted just now, the user is shown all the same. Who opened them is noted
        with a later opening.

        Raises:
            BudgetSpentError: they reached the budget. No call was made.

        """
        if by.staff_id is None:
            return
        opening = _Opening(user_id, by.staff_id, self._clock(), 0 if follows else 1)
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                self._count(connection, by, opening, follows=follows)
        except StoreError as error:
            log.warning("opening_not_counted", cause=str(error))
            if by.sees_personal:
                self._keep([opening])
        else:
            self._note_late()

    def _count(
        self, connection: Transaction, by: Actor, opening: _Opening, *, follows: bool
    ) -> None:
        user_id, staff_id, now, _again = opening
        all_users = f"opened/{staff_id}"
        this_one = f"{all_users}/{user_id}"
        turn = limits.count_in(connection, this_one, now, HOUR) if follows else 0
        if follows and turn % POLLS != 1:
            return
        keys = [all_users] if follows else [all_users, this_one]
        if limits.count_all_in(connection, keys, now, HOUR)[all_users] > self._budget.most:
            ends_at = limits.ends_at(connection, all_users) or now + HOUR
            raise BudgetSpentError(by, ACTION, self._budget, ends_at)
        if not follows:
            recent.visit(connection, staff_id, user_id, now)
        if by.sees_personal and turn <= 1:
            visits.note(connection, user_id, staff_id, now)

    def _note_late(self) -> None:
        """Note the openings that wait, if the database takes them now."""
        if not self._late:
            return
        with self._lock:
            late, self._late = self._late, deque(maxlen=LATE_MAX)
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                for each in late:
                    visits.note(connection, *each)
        except StoreError:
            self._keep(late)

    def _keep(self, openings: Iterable[_Opening]) -> None:
        with self._lock:
            self._late.extend(openings)
