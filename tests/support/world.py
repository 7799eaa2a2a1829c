"""A dashboard, its worker and a simulator whose clocks a test moves together."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.browser.support.stage import Server, run
from tests.support import counters
from tests.support.clock import FileClock
from tests.support.servers import warm
from tests.support.servers.dashboard_process import STOP_S
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

APP = "tests.support.servers.moved_web:app"
WORKER = "tests.support.servers.moved_worker"


@dataclass(frozen=True)
class MovedWorld:
    """All that runs, and the time of all of it."""

    server: Server
    simulator: RunningSimulator
    clock: FileClock

    def move(self, by: timedelta) -> None:
        """Let this time pass. The dashboard learns of nothing before it has happened."""
        self.simulator.move(by)
        self.clock.move(by)
        counters.age(by.total_seconds())


@contextlib.contextmanager
def play_world(
    simulator: RunningSimulator, migrated: Path, folder: Path, **changed: str
) -> Iterator[MovedWorld]:
    """Run a dashboard and its worker until the block ends; the simulator is there already."""
    clock = FileClock(folder / "clock")
    clock.reset()
    settings = {**safe_settings(folder, simulator), "CLOCK_FILE": str(clock.file), **changed}
    with (
        run(simulator, migrated, folder, app=APP, **settings) as server,
        _working(folder, {**os.environ, **settings}),
    ):
        yield MovedWorld(server, simulator, clock)


@contextlib.contextmanager
def _working(folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    with (folder / "worker.log").open("wb") as log:
        worker = warm.start([WORKER], environ, log.fileno(), log.fileno())
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(STOP_S)
