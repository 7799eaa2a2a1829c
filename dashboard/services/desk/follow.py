"""Following: the API is asked by ID about everyone with an open inquiry, when the schedule says.

A check is one call of the background's budget. It is taken in the transaction that holds the user,
so that no other process asks about them. What a process leaves when it is killed is a hold that
ends within a minute; what the answer said is written as a whole or not at all.
"""

from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

import structlog

from dashboard.partner.asker import Asker, asking_for
from dashboard.partner.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    PartnerError,
    Rejected,
    Unavailable,
    UnavailableKind,
)
from dashboard.services.actors import WORKER, Actor
from dashboard.services.desk import schedule as times
from dashboard.services.desk.following import HELD_FOR, FollowStatus, FollowStatusReader
from dashboard.services.desk.settings import FollowSchedule
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.directory.lease import SyncLease
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.ports import UserSource
from dashboard.services.seen import facts_of
from dashboard.store.db.database import StoreError
from dashboard.store.desk import due
from dashboard.store.desk.due import Followed

NOTHING_TO_DO = timedelta(seconds=1)
NOW = timedelta()
READ_EVERY = timedelta(seconds=10)  # who is due
READING_SHARE = 0.02  # of the time, at most
BATCH_SIZE = 50  # of each step of the schedule
PUT_OFF_AT_MOST = timedelta(minutes=10)  # where it may be the API that fails, not this user
ABOUT_ONE = (NotFound, Malformed, Rejected, Forbidden, Conflict)
MAYBE_ABOUT_ONE = (UnavailableKind.STATUS, UnavailableKind.DEADLINE, UnavailableKind.NETWORK)
log = structlog.get_logger()


class Follower:
    """Asks about users; `work` does nothing while another process holds the lease."""

    def __init__(
        self,
        source: UserSource,
        base: Foundation,
        budget: BackgroundBudget,
        lease: SyncLease,
        reconciler: KycReconciler,
        reader: FollowStatusReader,
        schedule: FollowSchedule,
    ) -> None:
        self._source = source
        self._seen = base.seen
        self._database = base.database
        self._clock = base.clock
        self._budget = budget
        self._lease = lease
        self._reconciler = reconciler
        self._reader = reader
        self._schedule = schedule
        self._queue: deque[Followed] = deque()
        self._read_at: datetime | None = None
        self._read_every = READ_EVERY
        self._has_more = False

    def work(self) -> timedelta:
        """Ask about the user whose check is most urgent; return how long to wait before the next.

        Raises:
            PartnerError: the API gave no answer; it is asked again.
            StoreError: the database cannot be used.

        """
        if self._lease.hold() is None or self._reader.is_held_back():
            self._queue.clear()
            return NOTHING_TO_DO
        user = self._find_next()
        if user is None:
            return NOTHING_TO_DO
        wait = self._claim(user)
        if not wait:
            self._queue.popleft()
        return self._check(user, WORKER) if wait is None else wait

    def ask_one(self, user_ids: Collection[UUID], by: Actor) -> bool:
        """Ask about the most urgent of these users, for an open page; return whether it did.

        It does not where no check is due, where there is no call for it, or where that fails.
        """
        try:
            if self._reader.is_held_back():
                return False
            user = self._most_urgent_of(user_ids)
            if user is None or self._claim(user) is not None:
                return False
            with asking_for(Asker.BUDGET):
                self._check(user, by)
        except (PartnerError, StoreError) as error:
            log.info("not_asked", kind=type(error).__name__, cause=str(error))
            return False
        return True

    def status(self) -> FollowStatus:
        """Return whether users are followed, and whether the budget is enough for it.

        Raises:
            StoreError: the database cannot be read.

        """
        return self._reader.read()

    def count_late(self) -> int:
        """Return how many users have a check that is very late.

        Raises:
            StoreError: the database cannot be read.

        """
        return self._reader.count_late()

    def lag(self) -> timedelta:
        """Return how late the check is that has been due for longest; zero where none is due.

        Raises:
            StoreError: the database cannot be read.

        """
        now = self._clock()
        held, late = self._reader.held(now), [timedelta()]
        with self._database.read() as connection:
            for waits in times.waits_at(now, self._schedule):
                late += [
                    waits.due_until - user.checked_at
                    for user in due.find_due(connection, waits, held, 1)
                    if user.checked_at
                ]
        return max(late)

    def _find_next(self) -> Followed | None:
        """Return the most urgent user. Those who are due are read every ten seconds, or in batches.

        Very many are read less often, so that reading takes a small part of the time.
        """
        now, last = self._clock(), self._read_at
        is_old = last is None or not NOW <= now - last < self._read_every
        if is_old or (self._has_more and not self._queue):
            began_s = monotonic()
            self._queue = deque(self._read_due(now))
            self._read_at, self._has_more = now, len(self._queue) >= BATCH_SIZE
            took = timedelta(seconds=monotonic() - began_s)
            self._read_every = max(READ_EVERY, took / READING_SHARE)
        return self._queue[0] if self._queue else None

    def _read_due(self, now: datetime) -> list[Followed]:
        held = self._reader.held(now)
        with self._database.read() as connection:
            started_after = now - times.longest(self._schedule)
            users = due.find_unnamed(connection, started_after, held, BATCH_SIZE)
            for waits in times.waits_at(now, self._schedule):
                users += due.find_due(connection, waits, held, BATCH_SIZE)
        return sorted(users, key=lambda user: self._urgency(user, now), reverse=True)

    def _most_urgent_of(self, user_ids: Collection[UUID]) -> Followed | None:
        now = self._clock()
        with self._database.read() as connection:
            users = due.find_open(connection, user_ids, self._reader.held(now))
        user = max(users, key=lambda user: self._urgency(user, now), default=None)
        return user if user and self._urgency(user, now) >= 1 else None

    def _urgency(self, user: Followed, now: datetime) -> float:
        return times.urgency(user, now, self._schedule)

    def _claim(self, user: Followed) -> timedelta | None:
        """Take a call of the budget and hold the user, then return None; else how long to wait."""
        with self._database.write() as connection:
            now = self._clock()
            held = self._reader.held(now)
            if not due.is_unasked(connection, user, held):
                return NOW
            wait = self._budget.take(connection, CallKind.FOLLOW)
            if wait is None:
                due.hold(connection, user.user_id, now + HELD_FOR, held)
                self._reader.note_asked(connection, now)
            return wait

    def _check(self, user: Followed, by: Actor) -> timedelta:
        """Ask about a user, and write what came."""
        try:
            answer = self._source.get_user(user.user_id)
        except ABOUT_ONE as error:
            return self._put_off(user, error, timedelta.max)
        except Unavailable as error:
            if error.kind not in MAYBE_ABOUT_ONE:
                raise
            return self._put_off(user, error, PUT_OFF_AT_MOST)
        with self._database.write() as connection:
            self._seen.record(connection, [facts_of(answer.value)], answer.at)
        self._reconciler.saw(user.user_id, answer.value.status_text, by)
        return NOW

    def _put_off(self, user: Followed, error: PartnerError, at_most: timedelta) -> timedelta:
        """Ask about this user later, by the usual interval, so that others get their turn."""
        log.info("user_put_off", user_id=str(user.user_id), cause=error.cause)
        now = self._clock()
        every = self._schedule.interval(now - user.waits_from_at) or HELD_FOR
        with self._database.write() as connection:
            ends_at = now + min(every, at_most)
            due.hold(connection, user.user_id, ends_at, self._reader.held(now))
        return NOW
