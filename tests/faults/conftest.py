from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.faults.support.fault_server import FaultServer
from tests.faults.support.workers import Workers, start_workers
from tests.support.people import Hire


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def evil() -> Iterator[FaultServer]:
    """Another host, to which nothing may ever go."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def workers(
    settings: dict[str, str], database: Database, hire: Hire, tmp_path: Path
) -> Iterator[Workers]:
    """Workers that serve one request each, as an admin."""
    assert database
    with start_workers(settings, tmp_path / "killer.log") as workers:
        workers.log_in(*hire(Role.ADMIN))
        yield workers
