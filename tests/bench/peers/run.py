"""Builds the peers' environment, makes their databases and runs them as ours is run."""

import contextlib
import http.client
import os
import secrets
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from tests.bench.processes import Usage
from tests.bench.stage import Served, running
from tests.support.servers.dashboard_process import ROOT, free_port, wait_for

ENVIRONMENT = ROOT / ".venv" / "peers"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
SERVER = ["-m", "gunicorn", "--config", "python:tests.bench.floor_server"]
DJANGO_APP = "tests.bench.peers.django_site.wsgi:app"
FLASK_APP = "tests.bench.peers.flask_admin_site:app"
DJANGO, FLASK_ADMIN = "Django admin", "Flask-Admin"
LISTS = {DJANGO: "/admin/django_site/person/", FLASK_ADMIN: "/admin/person/"}


def python() -> str:
    """Return the interpreter of their environment, made where there is none."""
    made, complete = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "complete"
    wanted = REQUIREMENTS.read_text()
    if not complete.exists() or complete.read_text() != wanted:
        print("Making the environment of the peers …", file=sys.stderr, flush=True)  # noqa: T201
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(REQUIREMENTS)]
        subprocess.run([made, *install], check=True)  # noqa: S603  ours
        complete.write_text(wanted)
    return str(made)


@contextlib.contextmanager
def run_peers(folder: Path, users: int, workers: int, threads: int) -> Iterator[dict[str, Served]]:
    """Run both until the block ends."""
    interpreter = python()
    environ = {
        "PEER_FOLDER": str(folder),
        "PEER_SECRET": secrets.token_urlsafe(32),
        "WEB_CONCURRENCY": str(workers),
        "WEB_THREADS": str(threads),
    }
    made = [interpreter, "-m", "tests.bench.peers.django_site.seed", str(users)]
    cookie = _run(made, environ).strip().splitlines()[-1]
    _run([interpreter, "-m", "tests.bench.peers.flask_admin_site", str(users)], environ)
    with (
        _serve(interpreter, folder, environ, DJANGO_APP, "/admin/login/") as django,
        _serve(interpreter, folder, environ, FLASK_APP, "/ready") as flask,
    ):
        yield {
            DJANGO: Served(django[0], Usage(django[1]), {"Cookie": cookie}),
            FLASK_ADMIN: Served(flask[0], Usage(flask[1]), {"Cookie": _log_in(flask[0])}),
        }


def _run(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603  ours
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


@contextlib.contextmanager
def _serve(
    interpreter: str, folder: Path, environ: dict[str, str], app: str, ready: str
) -> Iterator[tuple[str, int]]:
    port = free_port()
    log = folder / f"peer-{port}.log"
    command = [interpreter, *SERVER, app]
    with running(command, log, {**environ, "PORT": str(port)}) as pid:
        wait_for(f"http://localhost:{port}{ready}", log)
        yield f"http://localhost:{port}", pid


def _log_in(url: str) -> str:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/log-in")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return str(answer.getheader("Set-Cookie")).split(";")[0]
