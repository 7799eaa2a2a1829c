"""The log of requests: it costs no write of its own, is bounded, and is forgotten in batches."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from dashboard.partner.asker import Caller
from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.requests import log as request_log
from dashboard.services.requests.log import RequestLog
from dashboard.services.staff.manage import Staff
from dashboard.services.upstream import monitor as monitors
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.store.db.database import Database
from dashboard.store.requests.log import WORKER, CallFilters, CallRow, LoggedCall, Status, add
from tests.support.clock import StillClock
from tests.support.people import Hire

pytestmark = pytest.mark.on_postgres
KEEP = timedelta(days=14)
USER = uuid4()


@pytest.fixture
def clock() -> StillClock:
    return StillClock(began_at=datetime(2026, 5, 4, 12, tzinfo=UTC))


@pytest.fixture
def monitor(database: Database, clock: StillClock) -> UpstreamMonitor:
    return UpstreamMonitor(database, clock)


@pytest.fixture
def log(database: Database, clock: StillClock, monitor: UpstreamMonitor) -> RequestLog:
    return RequestLog(database, clock, KEEP, monitor.flush)


def call(clock: StillClock, request_id: str = "a" * 16, user_id: UUID | None = None) -> CallRecord:
    return CallRecord(
        *(clock(), "GET", "/users/{userId}", 200, 5, CallResult.OK, "", None, "pair"),
        user_id=user_id,
        tries=2,
        upstream_request="api-1",
        caller=Caller(None, request_id),
    )


def kept(clock: StillClock, number: int, **changed: object) -> CallRow:
    row: dict[str, object] = {
        "at": clock() + timedelta(seconds=number),
        "verb": "GET",
        "path": "/users/{userId}",
        "user_id": None,
        "status": 200,
        "result": "ok",
        "cause": "",
        "took_ms": number,
        "tries": 1,
        "request_id": f"{number:016x}",
        "upstream_request": None,
        "staff_id": None,
    }
    return CallRow(**{**row, **changed})  # type: ignore[arg-type]  # a row of a test


def keep(database: Database, rows: Iterable[CallRow]) -> None:
    with database.write() as connection:
        add(connection, [*rows])


def ids(calls: Iterable[LoggedCall]) -> list[str | None]:
    return [each.request_id for each in calls]


def test_calls_are_kept_with_the_minutes_in_one_transaction_every_ten_seconds(
    monitor: UpstreamMonitor, log: RequestLog, database: Database, clock: StillClock
) -> None:
    writes: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO requests"):
            writes.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    for number in range(100):
        monitor.observe(call(clock, f"{number:016x}"))
    assert len(writes) == 1  # the first call
    clock.advance(seconds=11)
    monitor.observe(call(clock, "f" * 16, USER))
    assert len(writes) == 2
    page = log.page(CallFilters(user_id=USER))
    assert len(writes) == 2
    (one,) = page.calls
    assert (one.request_id, one.upstream_request, one.tries) == ("f" * 16, "api-1", 2)
    assert (one.user_id, one.status, one.took_ms, one.staff_name) == (USER, 200, 5, None)


def test_the_log_shows_what_this_process_has_not_written_yet(
    monitor: UpstreamMonitor, log: RequestLog, clock: StillClock
) -> None:
    monitor.observe(call(clock, "1" * 16))
    monitor.observe(call(clock, "2" * 16))
    assert ids(log.page(CallFilters()).calls) == ["2" * 16, "1" * 16]


@pytest.mark.sqlite
def test_calls_that_cannot_be_written_wait_and_those_too_many_are_counted(
    monitor: UpstreamMonitor,
    log: RequestLog,
    database: Database,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(monitors, "CALLS_MAX", 3)
    with database.write():  # the file takes no other write
        for number in range(5):
            monitor.observe(call(clock, f"{number:016x}"))
            clock.advance(seconds=11)
    page = log.page(CallFilters())
    assert ids(page.calls) == [f"{number:016x}" for number in (4, 3, 2)]
    assert page.missing
    assert (page.missing.value, page.missing.at) == ("2", clock())


def test_pages_follow_each_other_by_key_however_late_a_process_writes(
    log: RequestLog, database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "PAGE", 4)
    keep(database, (kept(clock, number // 2) for number in range(10)))
    keep(database, [kept(clock, 2)])  # another process was slower
    seen: list[LoggedCall] = []
    older: int | None = None
    for _ in range(3):
        page = log.page(CallFilters(before=older))
        seen += page.calls
        older = page.older
    assert older is None
    assert [each.took_ms for each in seen] == [4, 4, 3, 3, 2, 2, 2, 1, 1, 0, 0]
    assert len({each.id for each in seen}) == 11


def test_the_log_is_filtered_by_user_request_status_and_person(
    log: RequestLog, database: Database, clock: StillClock, hire: Hire, staff: Staff
) -> None:
    hire()
    staff_id = staff.every()[0].id
    rows = [
        kept(clock, 0, user_id=USER),
        kept(clock, 1, upstream_request="Abc-9", status=404),
        kept(clock, 2, status=503),
        kept(clock, 3, status=None),
        kept(clock, 4, staff_id=staff_id, status=201),
        kept(clock, 5, status=307),
    ]
    keep(database, rows)
    for filters, numbers in (
        (CallFilters(text=str(USER)), [0]),
        (CallFilters(text=USER.hex.upper()), [0]),
        (CallFilters(user_id=USER), [0]),
        (CallFilters(text="Abc-9"), [1]),
        (CallFilters(text=f"{2:016X}"), [2]),
        (CallFilters(text=f"{2:015x}"), []),
        (CallFilters(status=Status.DONE), [4, 0]),
        (CallFilters(status=Status.REFUSED), [1]),
        (CallFilters(status=Status.FAILED), [2]),
        (CallFilters(status=Status.NONE), [3]),
        (CallFilters(person=staff_id), [4]),
        (CallFilters(person=WORKER), [5, 3, 2, 1, 0]),
        (CallFilters(person=WORKER, status=Status.DONE, text=str(USER)), [0]),
    ):
        assert [each.took_ms for each in log.page(filters).calls] == numbers, filters


def test_what_was_kept_long_enough_goes_in_bounded_deletes(
    log: RequestLog, database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "BATCH_SIZE", 2)
    monkeypatch.setattr(request_log, "BATCHES", 2)
    keep(database, (kept(clock, number) for number in range(6)))
    clock.advance(seconds=KEEP.total_seconds() + 4.5)
    assert log.remove_old() == 4
    assert log.remove_old() == 1
    assert log.remove_old() == 0
    assert ids(log.page(CallFilters()).calls) == [f"{5:016x}"]
