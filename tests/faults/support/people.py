"""People with browsers of their own, at a dashboard of two workers whose records a test reads."""

import contextlib
import secrets
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
from tests.faults.support import ledger
from tests.support import databases
from tests.support.canaries import Kind, canaries
from tests.support.http_visitor import HttpVisitor
from tests.support.servers.dashboard_process import serve
from tests.support.servers.simulator_process import RunningSimulator


@dataclass(frozen=True)
class Served:
    """Where it listens, the id of its first process, and its records."""

    base_url: str
    pid: int
    database: Database
    chain: Chain

    def hire(self, *roles: Role) -> tuple[str, str]:
        """Add a member with these roles; return their email and password."""
        email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
        canaries.remember(Kind.PASSWORD, password)
        Staff(self.database, self.chain, now).add(email, "Ana Martins", password, roles)
        return email, password

    def log_in(self, *roles: Role) -> HttpVisitor:
        """Hire a member with these roles and log them in."""
        visitor = HttpVisitor(self.base_url)
        visitor.log_in(*self.hire(*roles))
        return visitor

    def tab(self, visitor: HttpVisitor) -> HttpVisitor:
        """Return another tab of the same browser, with a connection of its own."""
        tab = HttpVisitor(self.base_url)
        tab.cookies.update(visitor.cookies)
        return tab

    def problems(self, simulator: RunningSimulator) -> list[str]:
        return ledger.problems(simulator.requests(), self.database, self.chain.keys)


@contextlib.contextmanager
def serve_people(
    folder: Path, migrated: Path, settings: Mapping[str, str], **more: str
) -> Iterator[Served]:
    """Run it until the block ends, with a migrated database of its own, and more settings."""
    databases.fill(migrated, folder)
    config, database = load_config(None, **settings), Database(settings["DATABASE_URL"])
    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    with serve(folder, {**settings, **more}) as (base_url, pid):
        yield Served(base_url, pid, database, chain)
    database.close()
