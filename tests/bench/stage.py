"""The stage of the benches: fast upstream, dashboard and floor, each run by gunicorn."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.config.settings import load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.wiring import now
from tests.bench.directory_fill import fill_known
from tests.bench.load import Client
from tests.bench.processes import Usage
from tests.bench.upstream import user_id
from tests.support.http_visitor import HttpVisitor
from tests.support.servers.dashboard_process import APP, COMMAND, ROOT, STOP_S, free_port, wait_for

WORKERS, THREADS = 2, 4  # as the budget was measured
USERS = 100_000
FRAGMENT = {"HX-Request": "true", "HX-Target": "results"}
FLOOR = ["-m", "gunicorn", "--config", "python:tests.bench.floor_server", "tests.bench.floor:app"]


class Upstream:
    """The fast stand-in, and its controls."""

    def __init__(self, url: str) -> None:
        self.url = url

    def delay(self, ms: int | None) -> None:
        """Let every answer wait so long; None for ever."""
        path = f"{self.url}/_upstream/delay/{'hang' if ms is None else ms}"
        urllib.request.urlopen(urllib.request.Request(path, method="PUT"), timeout=5).close()  # noqa: S310  loopback

    def counts(self) -> dict[str, int]:
        """Return its `requests`, its `connections` so far and how many are `open`."""
        with urllib.request.urlopen(f"{self.url}/_upstream/counts", timeout=5) as answer:  # noqa: S310  loopback
            counted: dict[str, int] = json.load(answer)
        return counted


@dataclass(frozen=True)
class Served:
    """A server: its address, what it uses, and the headers of a logged-in person."""

    url: str
    usage: Usage
    headers: Mapping[str, str]

    def client(self) -> Client:
        """Return one kept-alive client of it, logged in where there is a log-in."""
        return Client(self.url, self.headers)


@dataclass(frozen=True)
class Stage:
    """All of it. `user_path` is a user's page."""

    upstream: Upstream
    dashboard: Served
    floor: Served
    database: Database
    settings: Mapping[str, str]
    chain: Chain
    account: tuple[str, str]  # email and password
    user_path: str = f"/users/{user_id(7)}"


@contextlib.contextmanager
def run_upstream(folder: Path, users: int = USERS) -> Iterator[Upstream]:
    """Run the stand-in until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.upstream", "--port", str(port)]
    log = folder / "upstream.log"
    with running([*command, "--users", str(users)], log, {}):
        upstream = Upstream(f"http://127.0.0.1:{port}")
        wait_for(f"{upstream.url}/_upstream/counts", log)
        yield upstream


@contextlib.contextmanager
def run_stage(
    folder: Path,
    *,
    users: int = USERS,
    workers: int = WORKERS,
    threads: int = THREADS,
    known: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Stage]:
    """Run upstream, dashboard and floor until the block ends, with a logged-in person.

    If any users are `known`, `/users` is the directory's list.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with run_upstream(folder, users) as upstream:
        chosen = {
            "DASHBOARD_ENVIRONMENT": "local",
            "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": f"sqlite:///{folder / 'dashboard.sqlite3'}",
            "PARTNER_API_URL": upstream.url,
            "PARTNER_API_KEY": f"qash_key_live_{secrets.token_hex(20)}",
            "PARTNER_API_SECRET": f"qash_secret_live_{secrets.token_hex(64)}",
            "WEB_CONCURRENCY": str(workers),
            "WEB_THREADS": str(threads),
            "USER_VIEWS_PER_HOUR": "100000",  # one person opens thousands
            "SESSION_IDLE_MIN": "1440",  # a database is filled for longer than a session waits
            **(settings or {}),
        }
        database = Database(chosen["DATABASE_URL"])
        database.upgrade()
        chain = _chain(chosen)
        account = _hire(database, chain)
        if known:
            fill_known(database, known)
        with (
            _dashboard(folder, chosen) as (url, pid),
            _floor(folder, chosen) as (floor_url, floor_pid),
            contextlib.closing(database),
        ):
            visitor = HttpVisitor(url)
            visitor.log_in(*account)
            cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
            yield Stage(
                upstream=upstream,
                dashboard=Served(url, Usage(pid), {"Cookie": cookie}),
                floor=Served(floor_url, Usage(floor_pid), {}),
                database=database,
                settings=chosen,
                chain=chain,
                account=account,
            )


def _chain(settings: Mapping[str, str]) -> Chain:
    config = load_config(None, **settings)
    return Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)


def _hire(database: Database, chain: Chain) -> tuple[str, str]:
    account = ("bench@example.com", secrets.token_urlsafe(16))
    Staff(database, chain, now).add(account[0], "Bench", account[1], [Role.ADMIN])
    return account


@contextlib.contextmanager
def _dashboard(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    port = free_port()
    own = {"PORT": str(port), "PUBLIC_URL": f"http://localhost:{port}"}
    with _ready([*COMMAND, APP], folder / "web.log", {**settings, **own}) as server:
        yield server


@contextlib.contextmanager
def _floor(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    with _ready(FLOOR, folder / "floor.log", {**settings, "PORT": str(free_port())}) as server:
        yield server


@contextlib.contextmanager
def _ready(
    arguments: list[str], log: Path, settings: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    """Run a server until the block ends; give its address and the id of its first process."""
    url = f"http://localhost:{settings['PORT']}"
    with running([sys.executable, *arguments], log, settings) as pid:
        wait_for(f"{url}/readyz", log)
        yield url, pid


@contextlib.contextmanager
def running(command: list[str], log: Path, settings: Mapping[str, str]) -> Iterator[int]:
    """Run a command until the block ends; give the id of its process."""
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603  our own command, no shell
            command, cwd=ROOT, env={**os.environ, **settings}, stdout=out, stderr=out
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
