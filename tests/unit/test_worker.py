"""`python -m dashboard worker`: a process of its own that settles, and never sends anything."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.services.intents import Intent
from dashboard.services.roles import Permission, Role
from dashboard.services.rounds import Rounds
from dashboard.store import registrations
from dashboard.store.database import Database
from dashboard.store.schema import audit as audit_table
from dashboard.web.context import Services
from dashboard.worker import Worker
from tests.browsing import Visitor
from tests.conftest import LogIn, TestClock
from tests.simulator_process import RunningSimulator
from tests.unit.test_command_line import Run
from tests.unit.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.views.forms import registration
from tests.views.losses import DID_NOT, HAPPENED, lose, onboarding, outcomes, services

__all__ = ["onboarding", "services"]
ROOT = Path(__file__).parents[2]


@contextmanager
def working(settings: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    with (folder / "worker.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "worker"], cwd=folder, env=environ, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def logged(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "worker.log").read_text().splitlines()]


def wait_until(is_so: Callable[[], bool], within_s: float) -> float:
    """Wait for it; return how long it took."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < within_s
        time.sleep(0.1)
    return time.monotonic() - begun


@pytest.mark.long
@pytest.mark.parametrize("fault", [HAPPENED, DID_NOT, {"method": "POST", "status": 503}])
def test_a_loss_is_settled_within_a_minute_and_nothing_is_sent_for_it(
    onboarding: Visitor,
    simulator: RunningSimulator,
    database: Database,
    settings: dict[str, str],
    tmp_path: Path,
    fault: dict[str, object],
) -> None:
    with working(settings, tmp_path):
        wait_until(lambda: "audit_head" in (tmp_path / "worker.log").read_text(), 20)
        lose(onboarding, simulator, fault)
        wait_until(lambda: len(outcomes(database)) == 3, 60)
    assert outcomes(database)[-1] == ("succeeded" if fault is HAPPENED else "rejected")
    assert {call.method for call in simulator.requests()} == {"GET"}


@pytest.mark.long
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_while_it_waits_and_after_the_step_while_it_works(
    onboarding: Visitor,
    simulator: RunningSimulator,
    settings: dict[str, str],
    tmp_path: Path,
    end: signal.Signals,
    database: Database,
) -> None:
    with working(settings, tmp_path) as waiting:
        wait_until(lambda: "audit_head" in (tmp_path / "worker.log").read_text(), 20)
        time.sleep(0.5)
        waiting.send_signal(end)
        begun = time.monotonic()
        assert waiting.wait(5) == 0
        assert time.monotonic() - begun < 2
    assert [line["event"] for line in logged(tmp_path)][-1] == "worker_stopped"
    lose(onboarding, simulator, HAPPENED)
    simulator.set_faults([{"method": "GET", "latency_ms": 2000}])
    with working(settings, tmp_path) as busy:
        wait_until(lambda: bool(simulator.requests()), 20)
        busy.send_signal(end)
        assert busy.wait(10) == 0
    assert outcomes(database)[-1] == "succeeded"


@pytest.mark.long
def test_it_does_not_start_over_a_database_that_is_not_ready(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with working(settings, tmp_path) as process:
        assert process.wait(20) == 1
    assert "python -m dashboard db upgrade" in (tmp_path / "worker.log").read_text()


def test_a_round_that_fails_is_one_line_and_the_next_one_goes_on(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lose(onboarding, simulator, HAPPENED)
    simulator.set_faults([{"method": "GET", "status": 500}])
    worker = Worker(services, clock)
    capsys.readouterr()
    worker.make_round()
    failed = [line for line in capsys.readouterr().err.splitlines() if "round_failed" in line]
    assert [json.loads(line)["kind"] for line in failed] == ["Unavailable"]
    assert outcomes(database) == ["attempted", "unknown"]
    simulator.set_faults([])
    clock.advance(seconds=30)
    worker.make_round()
    assert outcomes(database)[-1] == "succeeded"


def test_a_database_that_is_locked_is_a_failed_round(
    services: Services,
    database: Database,
    clock: TestClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with database.write():
        Worker(services, clock).make_round()
    assert '"event": "round_failed"' in capsys.readouterr().err


def test_a_round_is_ended_between_two_steps(services: Services, clock: TestClock) -> None:
    Worker(services, clock).make_round(lambda: True)
    assert services.rounds.find_last() is None


def test_an_attempt_that_a_crash_left_is_settled_by_the_worker(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
) -> None:
    assert onboarding
    intent = Intent(1, Permission.USERS_REGISTER, None, "nonce")
    fields = registration()
    services.attempts.start(
        intent,
        fields,
        request_id="0123456789abcdef",
        effect=lambda connection, seq: registrations.add(
            connection,
            email=fields["email"],
            user_type="personal",
            country_code="CO",
            staff_id=1,
            attempt_seq=seq,
            at=clock(),
        ),
    )
    worker = Worker(services, clock)
    worker.make_round()
    assert outcomes(database) == ["attempted"]
    clock.advance(seconds=61)
    worker.make_round()
    assert outcomes(database) == ["attempted", "unknown", "rejected"]
    assert {call.method for call in simulator.requests()} == {"GET"}


def cut_off(database: Database, seq: int) -> None:
    """Take out a row and leave no other trace."""
    with database.write() as connection:
        asked = "SELECT sql FROM sqlite_master WHERE name = 'audit_no_delete'"
        trigger = connection.exec_driver_sql(asked).scalar_one()
        connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        connection.execute(audit_table.delete().where(audit_table.c.seq >= seq))
        connection.exec_driver_sql(trigger)


def test_the_head_of_the_audit_is_logged_once_a_day_and_found_again(
    onboarding: Visitor,
    services: Services,
    database: Database,
    clock: TestClock,
    capsys: pytest.CaptureFixture[str],
    run: Run,
    settings: dict[str, str],
) -> None:
    assert onboarding
    worker = Worker(services, clock)
    capsys.readouterr()
    worker.make_round()
    clock.advance(hours=23)
    worker.make_round()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (head,) = [line for line in lines if line["event"] == "audit_head"]
    clock.advance(hours=2)
    worker.make_round()
    assert '"event": "audit_head"' in capsys.readouterr().err
    known = f"{head['seq']}:{head['mac']}"
    assert run(f"audit verify --head {known}", settings=settings).returncode == 0
    cut_off(database, head["seq"])
    assert run("audit verify", settings=settings).returncode == 0
    cut = run(f"audit verify --head {known}", settings=settings)
    assert cut.returncode == 1
    assert "its end was cut off" in cut.stderr


@pytest.mark.parametrize("text", ["x", "1", "1:", ":abc", "-1:abc"])
def test_a_head_that_is_none_is_refused(run: Run, settings: dict[str, str], text: str) -> None:
    assert run(f"audit verify --head={text}", settings=settings).returncode == 2


def test_an_upstream_that_was_down_is_tried_again_by_the_worker(
    support: Visitor,
    simulator: RunningSimulator,
    services: Services,
    clock: TestClock,
) -> None:
    simulator.set_faults([{"status": 503}])
    for _ in range(3):
        support.get("/users", status=503)
    credential = services.credentials().id
    simulator.set_faults([])
    simulator.clear_requests()
    worker = Worker(services, clock)
    worker.make_round()
    assert simulator.requests() == []
    assert services.breaker.find_outage(credential)
    clock.advance(seconds=15)
    worker.make_round()
    assert [call.query for call in simulator.requests()] == ["page=1&limit=1"]
    assert services.breaker.find_outage(credential) is None


def test_pages_say_whether_the_worker_runs(
    log_in: LogIn, services: Services, clock: TestClock, database: Database
) -> None:
    admin = log_in(Role.ADMIN)
    assert "does not run" in admin.get("/settings").words
    Worker(services, clock).make_round()
    noted = services.rounds.find_last()
    assert "last round now" in admin.get("/settings").words
    clock.advance(seconds=30)
    services.rounds.note()
    assert services.rounds.find_last() == noted
    clock.advance(minutes=6)
    assert "does not run" in admin.get("/settings").words
    clock.advance(days=-1)  # the clock was put right
    services.rounds.note()
    assert services.rounds.find_last() == Rounds(database, clock).find_last()
    assert services.rounds.is_running()
