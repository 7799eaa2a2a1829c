"""The worker's loop, which a test ends by SIGKILL: one fork per line of standard input.

A line is how many seconds later it runs, by the clock. The answer is its process ID, once it is
about to take its first step.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

from dashboard.config.settings import load_config
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from dashboard.worker import MaintenanceWorker


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            follow(timedelta(seconds=float(line)))
        os.waitpid(child, 0)


def follow(later: timedelta) -> None:
    config = load_config(None)

    def clock() -> datetime:
        return datetime.now(UTC) + later

    services = build_services(config, Database(config.database_url), clock)
    worker = MaintenanceWorker(services, clock)
    services.operations.readiness.check()
    print(os.getpid(), flush=True)  # noqa: T201  the answer
    while True:
        wait = worker.sync_once()
        time.sleep(min(wait.total_seconds(), 0.005))


if __name__ == "__main__":
    main()
