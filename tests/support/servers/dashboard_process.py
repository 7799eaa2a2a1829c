"""The dashboard as the Procfile runs it: gunicorn, two workers, on a free port of loopback."""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboard.store.db.database import is_file
from tests.support import databases
from tests.support.canaries import canaries
from tests.support.servers import warm
from tests.support.servers.warm import WarmProcess

ROOT = Path(__file__).parents[3]
START_S = 90.0
STOP_S = 60.0
# Linux gives away those from 32768 on. Processes of a run have ranges of their own, and each port
# is tried once. Metrics may use the one after it, so only every other one is given.
FIRST = 20_000 + 3_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4)
PORTS = secrets.SystemRandom().sample(range(FIRST, FIRST + 3_000, 2), 1_500)
COMMAND = ["-m", "gunicorn", "--config", "python:dashboard.gunicorn"]
APP = "dashboard.wsgi:app"


@contextlib.contextmanager
def serve(
    folder: Path, settings: Mapping[str, str], port: int = 0, app: str = APP, root: Path = ROOT
) -> Iterator[tuple[str, int]]:
    """Run it until the block ends; give its address and the id of its first process.

    Its log is `web.log` in the folder, its code below `root`: other code than ours starts cold.
    Port 0 is any. Ending it fails where a secret of the run is in its log or its database.
    """
    port = port or free_port()
    own = {"PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}"}
    environ = {**os.environ, **settings, **own}
    log = folder / "web.log"
    with log.open("wb") as out:
        process = _start([*COMMAND, app], environ, out.fileno(), root)
    try:
        wait_for(f"http://localhost:{port}/readyz", log)
        yield f"http://localhost:{port}", process.pid
    finally:
        process.terminate()
        process.wait(STOP_S)
        database = settings["DATABASE_URL"]
        rows = "" if is_file(database) else databases.rows_at(database)
        leaks = canaries.search_all(folder, log.name, "*.sqlite3*", rows=rows)
    assert not leaks


def _start(
    command: list[str], environ: Mapping[str, str], out: int, root: Path
) -> WarmProcess | subprocess.Popen[bytes]:
    if root == ROOT:
        return warm.start(command[1:], environ, out, out)
    cold = [sys.executable, *command]
    return subprocess.Popen(cold, cwd=root, env=environ, stdout=out, stderr=out)  # noqa: S603  ours


def free_port() -> int:
    """Return a port without a listener, below those that the system gives away itself."""
    while True:
        port = PORTS.pop()
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for(url: str, log: Path) -> None:
    """Wait until something answers there."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  loopback
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
