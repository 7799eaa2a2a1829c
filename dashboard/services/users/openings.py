"""How many users a person may open within an hour: every opening is a call upstream."""

from uuid import UUID

import structlog

from dashboard.services.actors import Actor
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import HOUR, Budget, BudgetSpentError
from dashboard.store.db.database import Database, StoreError
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.limits import table as limits
from dashboard.store.story import visits
from dashboard.store.users import recent

POLLS = 120  # of one user by a page that follows them, as many as one opening
ACTION = Permission.USERS_READ.value
log = structlog.get_logger()


class Openings:
    """Counts opened users over all workers, and notes who opened which user."""

    def __init__(self, database: Database, clock: Clock, budget: Budget) -> None:
        self._database = database
        self._clock = clock
        self._budget = budget

    def count(self, by: Actor, user_id: UUID, *, follows: bool) -> None:
        """Count that a person opens a user.

        `follows`: it is not counted if the user was opened within the hour.

        If it can't be counted just now, the user is shown all the same.

        Raises:
            BudgetSpentError: they reached the budget. No call was made.

        """
        if by.staff_id is None:
            return
        now, all_users = self._clock(), f"opened/{by.staff_id}"
        this_one = f"{all_users}/{user_id}"
        try:
            with self._database.write(BRIEFLY_MS) as connection:
                turn = limits.count_in(connection, this_one, now, HOUR) if follows else 0
                if follows and turn % POLLS != 1:
                    return
                keys = [all_users] if follows else [all_users, this_one]
                if limits.count_all_in(connection, keys, now, HOUR)[all_users] > self._budget.most:
                    ends_at = limits.ends_at(connection, all_users) or now + HOUR
                    raise BudgetSpentError(by, ACTION, self._budget, ends_at)
                if not follows:
                    recent.visit(connection, by.staff_id, user_id, now)
                if by.sees_personal and turn <= 1:
                    visits.note(connection, user_id, by.staff_id, now)
        except StoreError as error:
            log.warning("opening_not_counted", cause=str(error))
