"""Serves the counts of the web processes: `python -m dashboard.metrics.exporter PORT PARENT`.

gunicorn's first process starts it. It answers while the web processes hang, and ends with gunicorn.
"""

import os
import shutil
import sys
import time
from contextlib import suppress

import structlog
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from dashboard.logs import configure_logs
from dashboard.metrics import LOOPBACK

LOOK_EVERY_S = 0.5
log = structlog.get_logger()


def export(port: int, parent: int) -> None:
    """Serve until the process that started this one is gone; then remove what it left.

    A port that another process still has is tried again: the one before may be ending.
    """
    configure_logs()
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    is_serving = is_told = False
    while os.getppid() == parent:
        if not is_serving:
            try:
                start_http_server(port, LOOPBACK, registry)
                is_serving = True
            except OSError as error:
                if not is_told:
                    log.warning("metrics_not_served", port=port, cause=error.strerror)
                is_told = True
        time.sleep(LOOK_EVERY_S)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        export(int(sys.argv[1]), int(sys.argv[2]))
