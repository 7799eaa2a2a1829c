"""What is over is not read by pages that show what is open: they don't grow with it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select, text

from dashboard.store import registrations
from dashboard.store.audit import lines as audit_lines
from dashboard.store.audit.chain import Chain
from dashboard.store.audit.lines import LineFilters
from dashboard.store.db.database import Database
from dashboard.store.desk import counts, due
from dashboard.store.desk.due import Held
from dashboard.store.directory.kyc_lanes import is_in
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.lane_times import InLane, times_at
from dashboard.store.kyc.states import KycLane
from dashboard.store.maintenance import statistics
from dashboard.store.schema import directory
from dashboard.store.tokens import grants, ledger
from tests.bench.audit_fill import fill
from tests.store.plans import plans

pytestmark = pytest.mark.on_postgres
NOW = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
WHOLE = re.compile(r"(?:SCAN|Seq Scan on) (?:audit|first|grants|inquiries|registrations)\b(.*)")
LANE_TIMES = times_at(NOW, timedelta(hours=24))
OF_FEW = re.compile(r"USING (?:COVERING )?INDEX ix_inquiries_unnamed")
BY = {
    "who became active lately": "ix_directory_closed_at_id",
    "what a person did": "ix_audit_staff_id_at",
}
READS: dict[str, Callable[[Connection], object]] = {
    "registrations that were lost": lambda it: registrations.lost(it, LONG_AGO, 6),
    "how many were lost": lambda it: registrations.count_lost(it, LONG_AGO),
    "how many are unknown": registrations.count_unknown,
    "tokens that may exist": lambda it: grants.may_exist(it, NOW, LONG_AGO, 6),
    "how many may exist": lambda it: grants.count_may_exist(it, NOW, LONG_AGO),
    "who issued tokens": ledger.issuers,
    "exchanges of a month": lambda it: grants.count_privy(it, LONG_AGO),
    "starts that a status settles": lambda it: inquiries.settled_by_status(it, 50),
    "how many are in no answer": counts.unnamed,
    "who is in no answer": lambda it: due.find_unnamed(it, LONG_AGO, Held(NOW, NOW), 50),
    "who became active lately": lambda it: it.execute(
        select(directory.c.id).where(is_in(InLane(KycLane.BECAME_ACTIVE, LANE_TIMES)))
    ),
    "what a person did": lambda it: audit_lines.counts(
        it, LineFilters(staff_id=3, since_at=LONG_AGO), NOW, LONG_AGO
    ),
}


@pytest.mark.parametrize("is_known", [False, True], ids=["guessed", "with statistics"])
@pytest.mark.parametrize("what", READS)
def test_it_is_read_by_an_index_of_its_own(
    database: Database,
    chain: Chain,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    *,
    is_known: bool,
) -> None:
    fill(database, chain, 200)
    if is_known:
        monkeypatch.setattr(statistics, "MANY", 0)
        with database.write() as connection:
            statistics.refresh(connection)
    with database.read() as connection:
        if not database.is_file:
            connection.execute(text("SET enable_seqscan = off"))
        with plans(database) as found:
            READS[what](connection)
    assert found
    for plan in found:
        whole = [rest for rest in WHOLE.findall(plan) if not OF_FEW.search(rest)]
        assert not whole, plan
    if what in BY and database.is_file:  # a server has its choice of few rows
        assert BY[what] in found[0], found[0]
