"""`make demo`: a simulator, a database, a first admin, the dashboard and its worker, all here.

Generated keys and the admin's password are kept in `instance/demo.json`, readable only by its
owner, so that the next start shows the same. `instance/demo.env` has the settings it runs
with, for the command line.
"""

import contextlib
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboard.cli.demo_story import leave_stories
from dashboard.config.areas import audit_chain
from dashboard.config.settings import load_config
from dashboard.services.auth import passwords
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.wiring import now

FOLDER = Path("instance")
STORIES_DUE = FOLDER / "stories-due"  # there until a start has left them
ADMIN = "admin@example.com"
START_S = 60.0
STOP_S = 15.0
PORT_MAX = 65_535
COMMAND = f"set -a; . {FOLDER}/demo.env; set +a; .venv/bin/python -m dashboard"
_WORKER_COMMAND = [sys.executable, "-m", "dashboard", "worker"]
PASSWORD = "ADMIN_PASSWORD"  # noqa: S105  a name in demo.json


class DemoError(Exception):
    """The demo cannot start; the text says why and what to do."""


def run_demo() -> int:
    """Run until Ctrl-C or SIGTERM, or until a part ends."""
    web_port, simulator_port = _ports()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    kept = _kept()
    settings = _settings(kept, web_port, simulator_port)
    environ = {**os.environ, **settings}
    if not (FOLDER / "demo.sqlite3").exists():
        STORIES_DUE.touch()
    password = _prepare(kept, environ)
    _write_private(FOLDER / "demo.env", _lines(settings))
    with (
        _running(_simulator_command(simulator_port), environ) as simulator,
        _running(_web_command(), environ) as web,
        _running(_WORKER_COMMAND, environ) as worker,
    ):
        parts = (simulator, web, worker)
        _wait(f"http://127.0.0.1:{web_port}/readyz", parts, stopped)
        _wait(f"http://127.0.0.1:{simulator_port}/_simulator/faults", parts, stopped)
        if STORIES_DUE.exists() and not stopped.is_set():
            leave_stories(ADMIN)
            STORIES_DUE.unlink()
        if not stopped.is_set():
            print(_welcome(web_port, simulator_port, password), flush=True)
        return _until_stopped(parts, stopped)


def _ports() -> tuple[int, int]:
    """Return the ports of the dashboard and of the simulator, both free."""
    web_port, simulator_port = _port("PORT", 8000), _port("SIMULATOR_PORT", 8080)
    if web_port == simulator_port:
        raise DemoError("PORT and SIMULATOR_PORT are the same. Choose two.")
    for name, port in (("PORT", web_port), ("SIMULATOR_PORT", simulator_port)):
        _require_free(name, port)
    return web_port, simulator_port


def _port(name: str, default: int) -> int:
    given = os.environ.get(name) or str(default)
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= PORT_MAX):
        raise DemoError(f"{name} is not a number from 1 to {PORT_MAX}.")
    return int(given)


def _require_free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise DemoError(
                f"Port {port} is taken. Choose another one, such as: make demo {name}={port + 1}"
            ) from None


def _kept() -> dict[str, str]:
    """Return what was made up for this folder; make it up the first time."""
    file = FOLDER / "demo.json"
    if file.exists():
        return dict(json.loads(file.read_text()))
    try:
        FOLDER.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DemoError(f"The folder {FOLDER} cannot be made: {error.strerror}.") from None
    kept = {
        "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
        "PARTNER_API_KEY": f"qash_key_live_simulator{secrets.token_hex(16)}",
        "PARTNER_API_SECRET": f"qash_secret_live_simulator{secrets.token_hex(58)}",
        PASSWORD: secrets.token_urlsafe(12),
    }
    _write_private(file, json.dumps(kept))
    return kept


def _write_private(file: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(made, "w") as out:
        out.write(text)


def _lines(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())


def _settings(kept: Mapping[str, str], web_port: int, simulator_port: int) -> dict[str, str]:
    """Return the demo's own settings, which go before what the shell says."""
    return {
        **{name: value for name, value in kept.items() if name != PASSWORD},
        "DASHBOARD_ENVIRONMENT": "local",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'demo.sqlite3'}",
        "PARTNER_API_URL": f"http://127.0.0.1:{simulator_port}",
        "SIMULATOR_PORT": str(simulator_port),
        "PORT": str(web_port),
        "PUBLIC_URL": f"http://localhost:{web_port}",
    }


def _prepare(kept: Mapping[str, str], environ: Mapping[str, str]) -> str | None:
    """Make database and admin where they are missing; return the password while it is good."""
    os.environ.update(environ)
    config = load_config()
    database = Database(config.database_url)
    database.upgrade()
    chain = audit_chain(config)
    staff = Staff(database, chain, now, brand=config.brand)
    if staff.find(ADMIN) is None:
        staff.add(ADMIN, "Demo Admin", kept[PASSWORD], [Role.ADMIN])
    admin = staff.find(ADMIN)
    database.close()
    good = admin is not None and passwords.verify(admin.password_hash, kept[PASSWORD])
    return kept[PASSWORD] if good else None


def _simulator_command(port: int) -> list[str]:
    database = str(FOLDER / "simulator.sqlite3")
    return [
        sys.executable,
        "-m",
        "dashboard",
        "simulator",
        "--port",
        str(port),
        "--recent",
        "--database",
        database,
    ]


def _web_command() -> list[str]:
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:dashboard.gunicorn",
        "dashboard.wsgi:app",
    ]


@contextlib.contextmanager
def _running(command: list[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a part in a session of its own: Ctrl-C reaches only us, and we end the parts in order."""
    name = next((part for part in ("simulator", "worker") if part in command), "web")
    log = FOLDER / f"{name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  our own command, no shell
            command,
            env=dict(environ),
            stdout=subprocess.DEVNULL,  # the simulator prints its keys there
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, parts: tuple[subprocess.Popen[bytes], ...], stopped: threading.Event) -> None:
    """Wait until the dashboard is ready, or until it is stopped."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if any(part.poll() is not None for part in parts):
            raise DemoError(f"A part of the demo did not start. See the logs in {FOLDER}/.")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(url, timeout=2),  # noqa: S310  a loopback address of ours
        ):
            return
        if stopped.wait(0.1):
            return
    raise DemoError(f"The dashboard did not get ready within {START_S:.0f} s. See {FOLDER}/.")


def _until_stopped(parts: tuple[subprocess.Popen[bytes], ...], stopped: threading.Event) -> int:
    """Wait for the end; a part that ends early ends the demo."""
    while not stopped.wait(0.3):
        if any(part.poll() is not None for part in parts):
            raise DemoError(f"A part of the demo ended unexpectedly. See the logs in {FOLDER}/.")
    print("\nStopping.", flush=True)
    return 0


def _welcome(web_port: int, simulator_port: int, password: str | None) -> str:
    said = password or f"(changed since; for a new one: {COMMAND} staff reset {ADMIN})"
    return (
        f"\n  Dashboard   http://localhost:{web_port}\n"
        f"  Email       {ADMIN}\n"
        f"  Password    {said}\n\n"
        f"  Simulator   http://localhost:{simulator_port} (a stand-in for the Partner API)\n"
        f"  Commands    {COMMAND} staff list\n"
        "  Ctrl-C stops all of it.\n"
    )
