"""The worker's rounds: what they settle, what they say, and how they fail."""

import json

import pytest

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.permissions import Permission, Role
from dashboard.services.registry import Services
from dashboard.store import registrations
from dashboard.store.db.database import Database
from dashboard.store.schema import audit as audit_table
from dashboard.worker import MaintenanceWorker
from tests.faults.support.operations import Sending
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import registration
from tests.support.pages.losses import DID_NOT, HAPPENED, lose, onboarding, outcomes, services
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

__all__ = ["onboarding", "services"]


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
    worker = MaintenanceWorker(services, clock)
    capsys.readouterr()
    worker.run_once()
    failed = [line for line in capsys.readouterr().err.splitlines() if "step_failed" in line]
    assert [json.loads(line)["kind"] for line in failed] == ["Unavailable"]
    assert outcomes(database) == ["attempted", "unknown"]
    simulator.set_faults([])
    clock.advance(seconds=30)
    worker.run_once()
    assert outcomes(database)[-1] == "succeeded"


def test_what_could_not_be_asked_is_due_as_soon_as_calls_go_out_again(
    onboarding: Visitor,
    simulator: RunningSimulator,
    services: Services,
    database: Database,
    clock: TestClock,
) -> None:
    lose(onboarding, simulator, DID_NOT)
    simulator.set_faults([])
    admin = Actor(1, "request")
    services.credentials.freeze.freeze("A leak", admin)
    worker = MaintenanceWorker(services, clock)
    clock.advance(hours=1)
    worker.run_once()
    services.credentials.freeze.thaw(admin)
    clock.advance(seconds=30)
    worker.run_once()
    assert outcomes(database)[-1] == "rejected"


@pytest.mark.long
def test_a_database_that_is_locked_is_a_failed_round(
    services: Services,
    database: Database,
    clock: TestClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with database.write():
        MaintenanceWorker(services, clock).run_once()
    assert '"event": "step_failed"' in capsys.readouterr().err


def test_a_round_is_ended_between_two_steps(services: Services, clock: TestClock) -> None:
    MaintenanceWorker(services, clock).run_once(lambda: True)
    assert services.operations.heartbeat.find_last() is None


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
    registered = Sending(
        intent,
        fields,
        keep=lambda transaction, seq, at: registrations.add(
            transaction,
            email=fields["email"],
            user_type="personal",
            country_code="CO",
            staff_id=1,
            attempt_seq=seq,
            at=at,
        ),
    )
    services.attempts.log.start(registered, Actor(1))
    worker = MaintenanceWorker(services, clock)
    worker.run_once()
    assert outcomes(database) == ["attempted"]
    clock.advance(seconds=61)
    worker.run_once()
    assert outcomes(database) == ["attempted", "unknown", "rejected"]
    assert {call.method for call in simulator.requests()} == {"GET"}


def cut_off(database: Database, seq: int) -> None:
    """Take out a row and leave no other trace."""
    with database.write() as connection, databases.off_guard(connection, "audit_no_delete"):
        connection.execute(audit_table.delete().where(audit_table.c.seq >= seq))


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
    worker = MaintenanceWorker(services, clock)
    capsys.readouterr()
    worker.run_once()
    clock.advance(hours=23)
    worker.run_once()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (head,) = [line for line in lines if line["event"] == "audit_head"]
    clock.advance(hours=2)
    worker.run_once()
    assert '"event": "audit_head"' in capsys.readouterr().err
    known = f"{head['seq']}:{head['mac']}"
    assert run(f"audit verify --head {known}", settings=settings).returncode == 0
    cut_off(database, head["seq"])
    assert run("audit verify", settings=settings).returncode == 1
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
    capsys: pytest.CaptureFixture[str],
) -> None:
    simulator.set_faults([{"status": 503}])
    for _ in range(3):
        support.get("/users", status=503)
    credential = services.credentials.active.current().id
    simulator.set_faults([])
    simulator.clear_requests()
    worker = MaintenanceWorker(services, clock)
    worker.run_once()
    assert simulator.requests() == []
    assert "step_failed" not in capsys.readouterr().err
    assert services.upstream.breaker.find_outage(credential)
    clock.advance(seconds=15)
    worker.run_once()
    assert [call.query for call in simulator.requests()] == ["page=1&limit=1"]
    assert services.upstream.breaker.find_outage(credential) is None


def test_pages_say_whether_the_worker_runs(
    log_in: LogIn, services: Services, clock: TestClock
) -> None:
    admin = log_in(Role.ADMIN)
    assert "Not running" in admin.get("/settings").words
    MaintenanceWorker(services, clock).run_once()
    noted = services.operations.heartbeat.find_last()
    assert "Last run now" in admin.get("/settings").words
    clock.advance(seconds=30)
    services.operations.heartbeat.note()
    assert services.operations.heartbeat.find_last() == noted
    clock.advance(minutes=6)
    assert "Not running" in admin.get("/settings").words
    clock.advance(days=-1)  # the clock was put right
    services.operations.heartbeat.note()
    noted = services.operations.heartbeat.find_last()
    assert noted
    assert noted <= clock()
