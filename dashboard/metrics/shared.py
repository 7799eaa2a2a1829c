"""The counts of the web processes, in memory that they share: for the first process of gunicorn.

Each process writes files of its own. What a dead one counted stays; what it had under way goes.
"""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  the folder in it has a name that no one can guess


class SharedMetrics:
    """The folder of the counts, and the process that serves them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._folder = ""
        self._exporter: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Make the folder, which no one else can read. The library is loaded after that."""
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        self._folder = tempfile.mkdtemp(prefix="dashboard-metrics-", dir=place)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = self._folder  # the library reads it
        importlib.import_module("prometheus_client.multiprocess")

    def serve(self) -> None:
        """Start the process that serves them, in place of one with older code."""
        self._stop()
        command = [sys.executable, "-m", "dashboard.metrics.exporter", str(self._port)]
        self._exporter = subprocess.Popen([*command, str(os.getpid())])  # noqa: S603  our own

    def forget(self, pid: int) -> None:
        """Take out what a process that died had under way."""
        for left in Path(self._folder).glob(f"gauge_live*_{pid}.db"):
            left.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop serving, and remove the counts."""
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self) -> None:
        if self._exporter:
            self._exporter.terminate()
