"""`python -m dashboard worker`, as it is typed: it settles in time, and ends in order."""

import json
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.store.db.database import Database
from dashboard.worker import ROUND_S
from tests.support.browsing import Visitor
from tests.support.clock import PATIENCE_S, wait_until
from tests.support.pages.losses import DID_NOT, HAPPENED, lose, onboarding, outcomes, services
from tests.support.servers import warm
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.servers.warm import WarmProcess
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

__all__ = ["onboarding", "services"]
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.long  # each starts processes of its own


@contextmanager
def working(
    settings: dict[str, str], folder: Path, command: Sequence[str] = ("dashboard", "worker")
) -> Iterator[WarmProcess]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    with (folder / "worker.log").open("wb") as out:
        process = warm.start(command, environ, out.fileno(), out.fileno(), cwd=folder)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def logged(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "worker.log").read_text().splitlines()]


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
        wait_until(lambda: "audit_head" in (tmp_path / "worker.log").read_text())
        lose(onboarding, simulator, fault)
        wait_until(lambda: len(outcomes(database)) == 3)
    assert outcomes(database)[-1] == ("succeeded" if fault is HAPPENED else "rejected")
    assert {call.method for call in simulator.requests()} <= {"GET"}  # it may have asked before


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
        wait_until(lambda: "audit_head" in (tmp_path / "worker.log").read_text())
        time.sleep(0.5)
        waiting.send_signal(end)
        assert waiting.wait(ROUND_S / 2) == 0
    assert [line["event"] for line in logged(tmp_path)][-1] == "worker_stopped"
    lose(onboarding, simulator, HAPPENED)
    simulator.set_faults([{"method": "GET", "latency_ms": 2000}])
    with working(settings, tmp_path) as busy:
        wait_until(simulator.requests)
        busy.send_signal(end)
        assert busy.wait(PATIENCE_S) == 0
    assert outcomes(database)[-1] == "succeeded"


def test_it_does_not_start_over_a_database_that_is_not_ready(
    settings: dict[str, str], tmp_path: Path
) -> None:
    with working(settings, tmp_path) as process:
        assert process.wait(PATIENCE_S) == 1
    assert "python -m dashboard db upgrade" in (tmp_path / "worker.log").read_text()
