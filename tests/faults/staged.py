"""A dashboard of two workers before an upstream of the test's choice, and one person in it."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.app import now
from dashboard.config import load_config
from dashboard.keyring import Purpose
from dashboard.services.roles import Role
from dashboard.services.staff import Staff
from dashboard.store.audit import Chain
from dashboard.store.database import Database
from tests.dashboard_process import serve
from tests.http_visitor import HttpVisitor


@dataclass(frozen=True)
class Staged:
    """Where it listens, the id of its first process, and who may log in."""

    base_url: str
    pid: int
    email: str
    password: str

    def visitor(self) -> HttpVisitor:
        """Return somebody who has logged in, in a session of their own."""
        visitor = HttpVisitor(self.base_url)
        visitor.log_in(self.email, self.password)
        return visitor


@contextlib.contextmanager
def stage(
    folder: Path, migrated: Path, settings: Mapping[str, str], *roles: Role, **more: str
) -> Iterator[Staged]:
    """Run it until the block ends, with a migrated database of its own."""
    shutil.copy(migrated, folder / "dashboard.sqlite3")
    config, database = load_config(None, **settings), Database(settings["DATABASE_URL"])
    email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
    chain = Chain(config.keyring.keys(Purpose.CHAIN), config.environment)
    Staff(database, chain, now).add(email, "Ana Martins", password, roles)
    database.close()
    with serve(folder, {**settings, **more}) as (base_url, pid):
        yield Staged(base_url, pid, email, password)
