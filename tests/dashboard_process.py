"""The dashboard as the Procfile runs it, in processes of its own."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.config import Config, load_config
from dashboard.store.database import Database

ROOT = Path(__file__).parents[1]
START_S = 30
STOP_S = 40


@dataclass(frozen=True)
class Server:
    """Where it listens, its memory, and the process that signals go to."""

    base_url: str
    database: Database
    config: Config
    process: subprocess.Popen[bytes]
    log: Path


@contextlib.contextmanager
def start_dashboard(
    folder: Path, settings: Mapping[str, str], migrated: Path, *, threads: int = 4
) -> Iterator[Server]:
    """Run gunicorn with two workers on a free port until the block ends."""
    shutil.copy(migrated, folder / "dashboard.sqlite3")
    database = Database(settings["DATABASE_URL"])
    process, base_url = launch(folder, settings, free_port(), threads)
    try:
        wait_until_ready(base_url, folder / "web.log")
        config = load_config(None, **settings)
        yield Server(base_url, database, config, process, folder / "web.log")
    finally:
        database.close()
        process.terminate()
        process.wait(STOP_S)


def launch(
    folder: Path, settings: Mapping[str, str], port: int, threads: int
) -> tuple[subprocess.Popen[bytes], str]:
    """Start it, and do not wait."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:dashboard.gunicorn"]
    environ = {**os.environ, **settings, "PORT": str(port), "WEB_THREADS": str(threads)}
    with (folder / "web.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  our own command, no shell
            [*command, "dashboard.wsgi:app"], cwd=ROOT, env=environ, stdout=log, stderr=log
        )
    return process, f"http://localhost:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(base_url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=2):  # noqa: S310  loopback
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
