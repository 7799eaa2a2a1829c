"""`make demo`: a simulator, a database, a first admin and the dashboard, all on this machine.

What it makes up (keys, the admin's password) is kept in `instance/demo.json`, readable by its
owner alone, so that the next start shows the same.
"""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from dashboard.app import now
from dashboard.config import load_config
from dashboard.keyring import Purpose
from dashboard.services import passwords
from dashboard.services.roles import Role
from dashboard.services.staff import Staff
from dashboard.store.audit import Chain
from dashboard.store.database import Database

FOLDER = Path("instance")
ADMIN = "admin@example.com"
START_S = 30.0
STOP_S = 15.0
PASSWORD = "ADMIN_PASSWORD"  # noqa: S105  a name in demo.json


class DemoError(Exception):
    """The demo cannot start; the text says why and what to do."""


def run_demo() -> int:
    """Run until Ctrl-C, or until a part ends by itself."""
    web_port = _port("PORT", 8000)
    simulator_port = _port("SIMULATOR_PORT", 8080)
    for name, port in (("PORT", web_port), ("SIMULATOR_PORT", simulator_port)):
        _require_free(name, port)
    kept = _kept()
    environ = _environ(kept, web_port, simulator_port)
    password = _prepare(kept, environ)
    with (
        _running(_simulator_command(simulator_port), environ) as simulator,
        _running(_web_command(), environ) as web,
    ):
        _wait(f"http://127.0.0.1:{web_port}/readyz", (simulator, web))
        print(_welcome(web_port, simulator_port, password), flush=True)
        return _until_stopped((simulator, web))


def _port(name: str, default: int) -> int:
    try:
        return int(os.environ.get(name) or default)
    except ValueError:
        raise DemoError(f"{name} is not a number.") from None


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
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    kept = {
        "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
        "PARTNER_API_KEY": f"qash_key_live_simulator{secrets.token_hex(16)}",
        "PARTNER_API_SECRET": f"qash_secret_live_simulator{secrets.token_hex(58)}",
        PASSWORD: secrets.token_urlsafe(12),
    }
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(kept, out)
    return kept


def _environ(kept: Mapping[str, str], web_port: int, simulator_port: int) -> dict[str, str]:
    """Return the environment of both parts; what the shell says of the demo's own is left out."""
    return {
        **os.environ,
        **{name: value for name, value in kept.items() if name != PASSWORD},
        "DASHBOARD_ENVIRONMENT": "local",
        "DATABASE_URL": f"sqlite:///{FOLDER / 'demo.sqlite3'}",
        "PARTNER_API_URL": f"http://127.0.0.1:{simulator_port}",
        "SIMULATOR_PORT": str(simulator_port),
        "PORT": str(web_port),
    }


def _prepare(kept: Mapping[str, str], environ: Mapping[str, str]) -> str | None:
    """Make database and admin where they are missing; return the password while it is good."""
    os.environ.update(environ)
    config = load_config()
    database = Database(config.database_url)
    database.upgrade()
    staff = Staff(database, Chain(config.keyring.keys(Purpose.CHAIN), config.environment), now)
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
    """Run a part in a session of its own: Ctrl-C reaches us alone, and we end it in order."""
    log = FOLDER / f"{'simulator' if 'simulator' in command else 'web'}.log"
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


def _wait(url: str, parts: tuple[subprocess.Popen[bytes], ...]) -> None:
    """Wait until the dashboard is ready."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if any(part.poll() is not None for part in parts):
            raise DemoError(f"A part of the demo did not start. See the logs in {FOLDER}/.")
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(url, timeout=2),  # noqa: S310  a loopback address of ours
        ):
            return
        time.sleep(0.1)
    raise DemoError(f"The dashboard did not get ready within {START_S:.0f} s. See {FOLDER}/.")


def _until_stopped(parts: tuple[subprocess.Popen[bytes], ...]) -> int:
    """Wait for Ctrl-C or SIGTERM; a part that ends by itself ends the demo."""
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    while not stopped.wait(0.3):
        if any(part.poll() is not None for part in parts):
            raise DemoError(f"A part of the demo ended by itself. See the logs in {FOLDER}/.")
    print("\nStopping.", flush=True)
    return 0


def _welcome(web_port: int, simulator_port: int, password: str | None) -> str:
    said = password or "(changed since; `python -m dashboard staff reset` sets a new one)"
    return (
        f"\n  Dashboard   http://localhost:{web_port}\n"
        f"  Email       {ADMIN}\n"
        f"  Password    {said}\n\n"
        f"  Simulator   http://localhost:{simulator_port} (a stand-in for the Partner API)\n"
        "  Ctrl-C stops both.\n"
    )
