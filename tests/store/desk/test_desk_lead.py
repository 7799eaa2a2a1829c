"""A row of the directory has what its user's inquiries and looks tell about KYC, always."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import rows
from dashboard.store.directory.kyc_lanes import LANE, lane_of
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.kyc.lane_times import times_at
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import audit, directory
from dashboard.store.schema import inquiries as inquiries_table
from tests.support import databases
from tests.support.desk import LINK_TTL, add_staff
from tests.support.directory import START, someone
from tests.support.sampling import few_of

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def database(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("lead")
    databases.fill(migrated, folder)
    database = Database(databases.url_for(folder))
    with database.write() as connection:
        add_staff(connection)
    yield database
    database.close()
    databases.drop(folder)


@dataclass
class Look:
    """What was seen of a user, and when: None for gone."""

    at: datetime
    status: str | None


@dataclass(frozen=True)
class Reading:
    """Since when a user waits or no longer does, and when they became active, without inquiries."""

    waits_from_at: datetime | None = None
    closed_at: datetime | None = None
    became_active_at: datetime | None = None


@dataclass
class History:
    """All that happens to one user, done to the database and noted beside it."""

    connection: Transaction
    seen: SeenUser = field(default_factory=lambda: replace(someone(1), user_id=uuid4()))
    now: datetime = START
    looks: list[Look] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)

    def read(self) -> Reading:
        """Return what the looks say, one after another."""
        status, waits_from_at, read = "", None, Reading()
        for look in self.looks:
            was_waiting = read.waits_from_at is not None
            if look.status is None:
                closed_at = look.at if was_waiting else read.closed_at
                read = replace(read, waits_from_at=None, closed_at=closed_at)
                continue
            if look.status == "pending":
                if status not in ("pending", ""):
                    waits_from_at = look.at
                elif not status:
                    waits_from_at = self.seen.registered_at
                read = replace(read, waits_from_at=waits_from_at, closed_at=None)
            elif status == "pending":
                read = replace(read, waits_from_at=None, closed_at=look.at)
            if look.status == "active" and status not in ("active", "") and read.closed_at:
                read = replace(read, became_active_at=look.at)
            status = look.status
        return read

    def look(self, status: str) -> None:
        rows.record(self.connection, [replace(self.seen, status=status)], self.now)
        self.looks.append(Look(self.now, status))

    def vanish(self) -> None:
        rows.mark_gone(self.connection, self.seen.user_id, self.now)
        if self.looks:
            self.looks.append(Look(self.now, None))

    def start(self, state: InquiryState, staff_id: int | None) -> None:
        seq = self._attempt()
        self._add(state, self.now, staff_id, InquirySource.HERE, seq)
        self.attempts.append(seq)

    def take_link(self, hours_ago: int) -> None:
        earlier = self.now - hours_ago * HOUR
        self._add(InquiryState.HELD, earlier, None, InquirySource.IMPORTED)

    def settle(self, number: int, state: InquiryState | None) -> None:
        if not self.attempts:
            return
        seq = self.attempts[number % len(self.attempts)]
        if state:
            inquiries.set_state(self.connection, seq, state)
        else:
            self.attempts.remove(seq)
            inquiries.forget(self.connection, seq)

    def _attempt(self) -> int:
        told = dict.fromkeys(("details", "environment", "key_id", "prev", "mac"), "")
        entry = {"at": self.now, "outcome": "attempted", "action": "kyc:start", **told}
        made = insert(audit).values(**entry).returning(audit.c.seq)
        return int(self.connection.execute(made).scalar_one())

    def _add(
        self,
        state: InquiryState,
        at: datetime,
        staff_id: int | None,
        source: InquirySource,
        seq: int | None = None,
    ) -> None:
        inquiry = Inquiry(self.seen.user_id, state, at, source=source)
        inquiries.add(self.connection, inquiry, staff_id, seq)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("look"), st.sampled_from(("pending", "pending", "active", "banned"))),
        st.tuples(st.just("vanish")),
        st.tuples(st.just("start"), st.sampled_from(InquiryState), st.sampled_from((None, 1, 2))),
        st.tuples(st.just("take_link"), st.integers(0, 5)),
        st.tuples(st.just("settle"), st.integers(0, 3), st.sampled_from((None, *InquiryState))),
    ),
    max_size=12,
)


@given(steps=STEPS, hours=st.integers(1, 9))
@settings(max_examples=few_of(60))
def test_the_row_tells_what_happened(
    database: Database, steps: list[tuple[Any, ...]], hours: int
) -> None:
    with database.write() as connection:
        history = History(connection)
        for name, *given_ in steps:
            history.now += hours * HOUR
            getattr(history, name)(*given_)
            check(connection, history)


def check(connection: Transaction, history: History) -> None:
    user_id = history.seen.user_id
    row = rows.get(connection, [user_id]).get(user_id)
    assert bool(row) == bool(history.looks)
    is_named = select(inquiries_table.c.is_named).where(inquiries_table.c.user_id == user_id)
    assert {*connection.execute(is_named).scalars()} <= {row is not None}
    if row is None:
        return
    lead = leading(inquiries.of_user(connection, user_id))
    led = (lead.state, lead.started_at, lead.staff_id) if lead else ("", None, None)
    assert (row.kyc_state, row.kyc_started_at, row.kyc_staff_id) == led
    read = history.read()
    if lead and read.waits_from_at:
        read = replace(read, waits_from_at=lead.started_at)
    assert Reading(row.waits_from_at, row.closed_at, row.became_active_at) == read
    for later in (timedelta(), LINK_TTL, timedelta(days=8)):
        times = times_at(history.now + later, LINK_TTL)
        lane = select(LANE).where(directory.c.user_id == user_id)
        in_sql = connection.execute(lane, vars(times)).scalar_one()
        assert (lane_of(row, times) or "") == in_sql
