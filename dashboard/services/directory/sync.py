"""Keeping the directory complete: catch-up and sweeps, by one holder of a lease at a time.

Every step makes one call of the background's budget. What it read and where to go on are written in
one transaction, so that a step that was cut off is taken again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from dashboard.partner.errors import NotFound
from dashboard.partner.responses import Answer, UserPage
from dashboard.services.clocks import latest_seen
from dashboard.services.directory import walk
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.directory.lease import SyncLease
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.directory.sweeping import Sweeping, begin, can_catch_up, is_at_front, is_due
from dashboard.services.foundation import Foundation
from dashboard.services.ports import UserSource
from dashboard.services.seen import facts_of
from dashboard.services.upstream.api_clock import ApiClock
from dashboard.store.directory import rows, sweeps
from dashboard.store.directory.background import Lease
from dashboard.store.directory.sweeps import Position, Sweep

CATCH_UP_EVERY = timedelta(minutes=1)
CATCH_UP_PAGES = 20  # more newcomers are for a sweep
NOTHING_TO_DO = timedelta(seconds=1)
NOW = timedelta()
log = structlog.get_logger()


@dataclass(frozen=True)
class _CatchUp:
    """The newest pages, as far as they were read."""

    position: Position
    pages: tuple[Answer[UserPage], ...] = field(default=(), repr=False)


class DirectorySync:
    """Takes the steps of the upkeep; `work` does nothing while another process holds the lease."""

    def __init__(
        self, source: UserSource, base: Foundation, budget: BackgroundBudget, settings: SyncSettings
    ) -> None:
        self._source = source
        self._seen = base.seen
        self._database = base.database
        self._clock = base.clock
        self._budget = budget
        self._api_clock = ApiClock(base.database, base.clock)
        self._settings = settings
        self.lease = SyncLease(base.database, base.clock)
        self._sweeping = Sweeping(base.seen)
        self._caught: _CatchUp | None = None

    def work(self) -> timedelta:
        """Take the next step, if one is due; return how long to wait before the one after it.

        Raises:
            PartnerError: the API did not give an answer; the step is taken again.
            StoreError: the database cannot be used.

        """
        lease = self.lease.hold() if self._settings.is_on else None
        if lease is None:
            self._caught = None
            return NOTHING_TO_DO
        with self._database.read() as connection:
            sweep = sweeps.find_last(connection)
        now = self._clock()
        if sweep and self._is_catch_up_due(sweep, lease, now):
            return self._budget.draw(CallKind.CATCH_UP) or self._catch_up(sweep)
        if is_due(sweep, self._settings.sweep_every, now):
            with self._database.write() as connection:
                begin(connection, now)
            return NOW
        if sweep and sweep.is_running:
            if sweep.paused_at:
                return NOTHING_TO_DO
            read = self._catch_up if is_at_front(sweep) else self._read_page
            return self._budget.draw(CallKind.SWEEP) or read(sweep)
        return self._ask_about_missing()

    def release(self) -> None:
        """Let another process sync immediately."""
        self.lease.release()

    def _read_page(self, sweep: Sweep) -> timedelta:
        """Read the next page of a sweep; what became of a sweep meanwhile is not overwritten."""
        answer = walk.ask(self._source, sweep.position)
        with self._database.write() as connection:
            now = sweeps.find_last(connection)
            is_same = now and (now.id, now.pages, now.is_running) == (sweep.id, sweep.pages, True)
            if is_same and self.lease.is_held(connection):
                self._sweeping.go_on(connection, sweep, answer, self._clock())
        return NOW

    def _is_catch_up_due(self, sweep: Sweep, lease: Lease, now: datetime) -> bool:
        if not can_catch_up(sweep) or is_at_front(sweep):
            return False
        last = lease.caught_up_at
        return last is None or not timedelta() <= now - last < CATCH_UP_EVERY

    def _catch_up(self, sweep: Sweep) -> timedelta:
        """Read the newest users, until a page holds someone who counts as read. It can end a sweep.

        All pages are written together: a part of them would hide that those below were not read.
        """
        caught = self._caught or _CatchUp(walk.again(sweep.position))
        self._caught = None
        answer = self._source.list_users(walk.query(caught.position))
        page, ids = answer.value, walk.ids_of(answer.value)
        before = {each for older in caught.pages for each in walk.ids_of(older.value)}
        step = walk.step(caught.position, page, before.intersection(ids))
        pages = (*caught.pages, answer)
        is_over = len(pages) > CATCH_UP_PAGES or not step.position.falls
        least = sweep.first_number if is_at_front(sweep) else 1
        with self._database.write() as connection:
            now = sweeps.find_last(connection)
            is_same = now and (now.id, is_at_front(now)) == (sweep.id, is_at_front(sweep))
            if not (is_same and self.lease.is_held(connection)):
                return NOTHING_TO_DO
            numbers = sweeps.numbers_of(connection, ids)
            reached = any(number >= least for number in numbers.values()) or bool(step.end)
            if not step.joins:
                return NOW  # from the front again
            if not (reached or is_over):
                self._caught = _CatchUp(step.position, pages)
                return NOW
            self._sweeping.keep_front(connection, sweep, pages, step.position, reached=reached)
        return NOW

    def _ask_about_missing(self) -> timedelta:
        """Ask the API for a user that two complete sweeps missed; mark one it doesn't know."""
        with self._database.read() as connection:
            done = sweeps.complete(connection, 2)
            latest = latest_seen(self._clock())
            missing = sweeps.find_missing(connection, done[1], latest) if len(done) > 1 else None
        if missing is None or self._api_clock.differs():  # the time of it decides when it goes
            return NOTHING_TO_DO
        if wait := self._budget.draw(CallKind.GONE):
            return wait
        try:
            answer = self._source.get_user(missing)
        except NotFound:
            with self._database.write() as connection:
                rows.mark_gone(connection, missing, self._clock())
            log.info("user_gone", user_id=str(missing))
            return NOW
        with self._database.write() as connection:
            facts = [facts_of(answer.value)]
            self._seen.record_read(connection, facts, answer.at, done[0].number)
        return NOW
