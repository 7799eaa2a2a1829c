"""Erasing what we keep about a user. The audit log keeps what staff did, under the user's ID.

The entry is written in the transaction that erases. While the API lists the user, the next answer
about them brings back the API's data.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import WORKER, Actor
from dashboard.services.attempts.conflicts import find_busy, recording
from dashboard.services.clocks import latest_end
from dashboard.services.permissions import Permission
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.store import erasure, unsettled
from dashboard.store.audit import entries
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.entries import LastDone
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import rows as directory
from dashboard.store.erasure import LOOKS, People
from dashboard.store.maintenance import leftovers
from dashboard.store.users import known

BATCH_SIZE = 100
PAGE_S, ROUND_S = 2.0, 5.0  # for leftovers; what a page leaves, the worker removes
Counts = Mapping[str, int]
Forget = Callable[[Transaction, People], int]
"""Deletes what others look for in the API's list, encrypted, by a text about one of these people;
returns how many there were."""


class UnsettledError(Exception):
    """An action on the user is in progress or has no known outcome: nothing was erased."""


@dataclass(frozen=True)
class WhatWeKeep:
    """What we keep about a user: their last known email, and how many rows of each table.

    `must_wait`: an action on them is not settled yet. `erased` is when they were last erased.
    """

    email: str
    counts: Counts
    must_wait: bool
    erased: LastDone | None

    @property
    def is_nothing(self) -> bool:
        """Return whether there is nothing to erase."""
        return not any(self.counts.values())


class Erasure:
    """Erases users: one when asked, and those who are gone once we kept them long enough."""

    def __init__(
        self,
        database: Database,
        chain: Chain,
        clock: Clock,
        retention: timedelta,
        forget: Forget,
    ) -> None:
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock
        self._retention = retention
        self._forget = forget

    def find(self, user_id: UUID) -> WhatWeKeep:
        """Return what we keep about a user."""
        with self._database.read() as connection:
            people = erasure.find(connection, [user_id])
            return WhatWeKeep(
                email=known.email(connection, user_id) or "",
                counts=erasure.count(connection, people),
                must_wait=self._must_wait(connection, people),
                erased=entries.last_done(connection, Permission.USERS_ERASE, user_id),
            )

    def erase(self, user_id: UUID, reason: str, actor: Actor) -> Counts:
        """Erase a user; return how many rows of each table were theirs.

        Raises:
            UnsettledError: an action on the user is not settled yet.
            BudgetSpentError: the person reached the hourly budget.
            NotRecordedError: it could not be recorded, so nothing was erased.

        """
        with recording(self._database) as connection:
            people = erasure.find(connection, [user_id])
            if self._must_wait(connection, people):
                raise UnsettledError
            looks = {LOOKS: self._forget(connection, people)}
            counts = Counter(erasure.count(connection, people)) + Counter(looks)
            self._recorder.record(
                connection,
                Permission.USERS_ERASE,
                actor,
                Subject.user(user_id),
                reason=reason,
                details=counts,
            )
            erasure.erase(connection, people)
            leftovers.expect(connection)
        return counts

    def erase_gone(self) -> int:
        """Erase a batch of users who are gone for longer than we keep them; return their number.

        Raises:
            NotRecordedError: it could not be recorded, so no one was erased.

        """
        now = self._clock()
        before = now - self._retention
        with self._database.read() as connection:
            if not erasure.gone(connection, before, 1):
                return 0
        with recording(self._database) as connection:
            due = erasure.gone(connection, before, BATCH_SIZE)
            idle = [each for each in due if not find_busy(connection, each, now)]
            if idle:
                details = {"users": len(idle)}
                self._recorder.record(connection, Action.USERS_EXPIRE, WORKER, details=details)
                people = erasure.find(connection, idle)
                self._forget(connection, people)
                erasure.erase(connection, people)
                leftovers.expect(connection)
        return len(idle)

    def _must_wait(self, connection: Transaction, people: People) -> bool:
        """Return whether an action is open; on a user who is gone, only if it is in progress."""
        now, (user_id,) = self._clock(), people.user_ids
        if find_busy(connection, user_id, now):
            return True
        entry = directory.get(connection, [user_id]).get(user_id)
        is_gone = entry is not None and entry.gone_at is not None
        return not is_gone and unsettled.is_unsettled(
            connection, people, now, latest_end(now, LIFETIME)
        )

    def remove_leftovers(self, seconds: float = ROUND_S) -> bool:
        """Remove what deletions left in the database's storage; return whether all is gone."""
        return leftovers.remove(self._database, seconds)
