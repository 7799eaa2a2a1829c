"""Taking the pages of looks through the API's list, within the budget of the background.

A worker takes them; where none runs, a person takes one at a time. Everyone on a page is written to
the directory, with where the look goes on, in one transaction.
"""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from dashboard.partner.errors import Malformed, Rejected
from dashboard.partner.responses import Answer, UserPage
from dashboard.services.directory import walk
from dashboard.services.directory.box import FOUND_MAX
from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.services.directory.lease import SyncLease
from dashboard.services.directory.look_throughs import LookThroughs
from dashboard.services.directory.walk import End, PageAnswer, WalkStep
from dashboard.services.foundation import Foundation
from dashboard.services.ports import UserSource
from dashboard.services.seen import facts_of
from dashboard.store.db.database import Transaction
from dashboard.store.directory import look_throughs
from dashboard.store.directory.look_throughs import LookRow, LookState

NOTHING_TO_DO = timedelta(seconds=1)
NOW = timedelta()
ENDS = {End.LIST: LookState.DONE, End.STUCK: LookState.STUCK}


class NextPage(StrEnum):
    """What came of a person's wish for one more page."""

    READ = "read"
    LATER = "later"  # the budget is spent for now
    OVER = "over"


class LookReader:
    """Reads pages; `work` does nothing while another process holds the lease."""

    def __init__(
        self,
        source: UserSource,
        base: Foundation,
        budget: BackgroundBudget,
        lease: SyncLease,
        looks: LookThroughs,
    ) -> None:
        self._source = source
        self._seen = base.seen
        self._database = base.database
        self._clock = base.clock
        self._budget = budget
        self._lease = lease
        self._looks = looks

    def work(self) -> timedelta:
        """Read the page that was waited for longest; return how long to wait before the next one.

        Raises:
            PartnerError: the API did not give it; it is asked for again.
            StoreError: the database cannot be used.

        """
        if not self._looks.is_on or self._lease.hold() is None:
            return NOTHING_TO_DO
        with self._database.read() as connection:
            row = look_throughs.find_next(connection)
        if row is None:
            return NOTHING_TO_DO
        return self._budget.draw(CallKind.LOOK) or self._read_page(row)

    def read_next(self, number: int, staff_id: int) -> NextPage:
        """Read one page for the person who started a look.

        Raises:
            PartnerError: the API did not give it.

        """
        with self._database.read() as connection:
            row = look_throughs.find(connection, number, staff_id)
        if row is None or row.finished_at:
            return NextPage.OVER
        if self._budget.draw(CallKind.LOOK):
            return NextPage.LATER
        self._read_page(row)
        return NextPage.READ

    def _read_page(self, row: LookRow) -> timedelta:
        """Read the next page; what became of the look meanwhile is not overwritten."""
        answer = walk.ask(self._source, row.position)
        with self._database.write() as connection:
            if look_throughs.find(connection, row.id, row.staff_id) == row:
                look_throughs.put(connection, self._after(connection, row, answer))
        return NOW

    def _after(
        self,
        transaction: Transaction,
        row: LookRow,
        answer: PageAnswer,
    ) -> LookRow:
        """Return how far a look is after an answer."""
        now = self._clock()
        if isinstance(answer, Malformed):
            return row.ended(LookState.STUCK, now)
        if isinstance(answer, Rejected):
            step = walk.refused(row.position)
        else:
            row, step = self._add(transaction, row, answer)
        row = replace(row, position=step.position, read_at=now)
        return row.ended(ENDS[step.end], now) if step.end else row

    def _add(
        self, transaction: Transaction, row: LookRow, answer: Answer[UserPage]
    ) -> tuple[LookRow, WalkStep]:
        """Write the users of a page through, and keep those who are looked for."""
        page, ids = answer.value, walk.ids_of(answer.value)
        known = set(row.last_page).intersection(ids)
        step = walk.step(row.position, page, known)
        self._seen.record_read(transaction, map(facts_of, page.users), answer.at, 0)
        wanted = self._looks.matching(transaction, row, ids)
        hits = dict.fromkeys([*row.hits, *(each for each in ids if each in wanted)])
        row = replace(
            row,
            pages=row.pages + 1,
            users=row.users + len(set(ids) - known),
            total=page.total,
            hits=tuple(hits)[:FOUND_MAX],
            last_page=tuple(ids) if step.joins else row.last_page,
        )
        return row, step
