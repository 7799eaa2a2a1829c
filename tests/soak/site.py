"""The site under load: all that the runbook's machine runs, on loopback, with data of its own."""

import contextlib
import secrets
import ssl
import sys
import tempfile
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
from tests.soak.program import Program
from tests.support import directory
from tests.support.private_servers import PrivatePostgres, postgres_server
from tests.support.servers.dashboard_process import APP, COMMAND, ROOT, free_port
from tests.support.servers.nginx_server import nginx_server
from tests.support.servers.redis_server import PrivateRedis, redis_server
from tests.support.servers.simulator_process import (
    RunningSimulator,
    start_simulator,
    vendor_like_pair,
)

SERVERS, WORKERS, USERS = 2, 2, 500
ROLES = (Role.ONBOARDING, Role.KYC)
WORKS = "worker_started"


@dataclass(frozen=True)
class Site:
    """All of it; `port` is nginx's, `folder` for what a run makes."""

    folder: Path
    port: int
    trusted: ssl.SSLContext
    settings: Mapping[str, str]
    simulator: RunningSimulator
    postgres: PrivatePostgres
    redis: PrivateRedis
    servers: list[Program]
    workers: list[Program]
    database: Database
    chain: Chain

    def hire(self, count: int) -> list[tuple[str, str]]:
        """Add so many staff; return their emails and passwords."""
        accounts = [(f"staff{n}@example.com", secrets.token_urlsafe(16)) for n in range(count)]
        members = Staff(self.database, self.chain, now)
        for email, password in accounts:
            members.add(email, email.partition("@")[0], password, ROLES)
        return accounts


@contextlib.contextmanager
def run_site() -> Iterator[Site]:
    """Run it until the block ends; nothing of it is left then."""
    with contextlib.ExitStack() as stack:
        folder, *own = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"soak-{name}-")))
            for name in ("site", "postgres", "redis")
        )
        postgres = stack.enter_context(postgres_server(own[0]))
        redis = stack.enter_context(redis_server(own[1]))
        pair = vendor_like_pair()
        simulator = stack.enter_context(start_simulator(folder, users=USERS, first=pair))
        ports = [free_port() for _ in range(SERVERS)]
        port = stack.enter_context(nginx_server(folder, *(f"127.0.0.1:{each}" for each in ports)))
        settings = {
            "DASHBOARD_ENVIRONMENT": "local",
            "DASHBOARD_SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": postgres.make_database(),
            "REDIS_URL": redis.url,
            "PARTNER_API_URL": simulator.base_url,
            "PARTNER_API_KEY": pair.api_key,
            "PARTNER_API_SECRET": pair.api_secret,
            "PUBLIC_URL": f"https://localhost:{port}",
            "TRUSTED_HOSTS": "localhost",
            "PROXIES": "1",
        }
        database = stack.enter_context(contextlib.closing(Database(settings["DATABASE_URL"])))
        database.upgrade()
        directory.fill(database, map(directory.facts_of, simulator.users()))
        servers = [_server(folder, settings, each) for each in ports]
        workers = [_worker(folder, settings, number) for number in range(WORKERS)]
        for program in (*servers, *workers):
            stack.callback(program.stop)
            program.begin()
        for program in (*servers, *workers):
            program.wait()
        config = load_config(None, **settings)
        yield Site(
            folder=folder,
            port=port,
            trusted=ssl.create_default_context(cafile=folder / "certificate.pem"),
            settings=settings,
            simulator=simulator,
            postgres=postgres,
            redis=redis,
            servers=servers,
            workers=workers,
            database=database,
            chain=Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment),
        )


def _server(folder: Path, settings: dict[str, str], port: int) -> Program:
    return Program(
        name=f"server on {port}",
        command=[sys.executable, *COMMAND, APP],
        environ={**settings, "PORT": str(port)},
        folder=ROOT,
        log=folder / f"web-{port}.log",
        ready=f"http://127.0.0.1:{port}/readyz",
    )


def _worker(folder: Path, settings: dict[str, str], number: int) -> Program:
    return Program(
        name=f"worker {number}",
        command=[sys.executable, "-m", "dashboard", "worker"],
        environ=settings,
        folder=ROOT,
        log=folder / f"worker-{number}.log",
        ready=WORKS,
    )
