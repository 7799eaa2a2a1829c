"""The fixtures of all tests: a simulator over HTTP, a migrated database, people who log in."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from dashboard.config.settings import Config, load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.staff import members
from dashboard.store.staff.members import StaffMember
from tests.browser.support.install import NO_CHROMIUM
from tests.faults.support.report import figure, write_figures
from tests.support import counters, databases
from tests.support.browsing import Visitor
from tests.support.canaries import KEPT, Kind, WatchedClient, canaries
from tests.support.clock import TestClock
from tests.support.people import Hire, LogIn
from tests.support.quick import Applications, hasten, secret
from tests.support.servers import compiled_pages
from tests.support.servers.simulator_process import (
    RunningSimulator,
    start_simulator,
    vendor_like_pair,
)
from tests.support.settings import safe_settings
from tests.support.soft_passkey import enrol

__all__ = ["figure"]
pytest_plugins = ["tests.browser.support.stage", "tests.support.selection"]

# Examples are counted, not timed.
hypothesis.settings.register_profile(
    "counted", deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
hypothesis.settings.load_profile("counted")


def pytest_configure(config: pytest.Config) -> None:
    """Keep compiled pages for the processes of this run."""
    pages = ExitStack()
    pages.enter_context(compiled_pages.kept())
    config.add_cleanup(pages.close)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last the figures of the faults, and loudly what could not run."""
    write_figures(terminalreporter)
    skipped = terminalreporter.stats.get("skipped", [])
    if lacking := sum(NO_CHROMIUM in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(
            f"{lacking} tests did NOT run. {NO_CHROMIUM}", red=True, bold=True
        )


@pytest.fixture(scope="session", autouse=True)
def _quick() -> Iterator[None]:
    """Be quick, and watch what every test client sends and gets."""
    with pytest.MonkeyPatch.context() as patch, hasten(patch):
        patch.setattr(Flask, "test_client_class", WatchedClient)
        yield


@pytest.fixture(autouse=True)
def _on_a_file(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what is about SQLite's file on one, whatever the engine of the run."""
    if request.node.get_closest_marker("sqlite"):
        monkeypatch.setattr(databases, "SERVER", "")
        monkeypatch.setattr(counters, "SERVER", "")


@pytest.fixture(autouse=True)
def _no_secret_gets_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a secret of the test is in an answer, in its log or in its database."""
    canaries.begin()
    yield
    for _phase, stream, text in request.node._report_sections:  # noqa: SLF001  what the test logged
        if stream == "stderr":
            canaries.look("the log", text)
    if isinstance(folder := (request.node.funcargs or {}).get("tmp_path"), Path):
        canaries.search(folder, "*.sqlite3*")
        canaries.look("the database", databases.rows_of(folder), KEPT)
        databases.drop(folder)
    counters.forget()
    assert not canaries.found, "; ".join(dict.fromkeys(canaries.found))


@pytest.fixture(scope="session")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    folder = tmp_path_factory.mktemp("simulator")
    with start_simulator(folder, users=120, first=vendor_like_pair()) as running:
        yield running


@pytest.fixture
def simulator(simulator_process: RunningSimulator) -> RunningSimulator:
    """The simulator as it was made: seeded people, no faults, no rivals, an empty log."""
    simulator_process.reset()
    return simulator_process


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty SQLite file with the schema; beside it, what `databases.fill` copies."""
    file = tmp_path_factory.mktemp("database") / "migrated.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    databases.migrate_template(file.parent)
    yield file
    databases.drop(file.parent)


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    databases.fill(migrated, tmp_path)
    database = Database(databases.url_for(tmp_path))
    yield database
    database.close()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def settings(tmp_path: Path, simulator: RunningSimulator) -> dict[str, str]:
    """A configuration that is safe to start with, in production too."""
    return safe_settings(tmp_path, simulator)


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    secret = ("_SECRET", "_SECRET_KEY", "_PASSWORD")
    held = [value for name, value in settings.items() if name.endswith(secret)]
    canaries.remember(Kind.SECRET, *held)
    return load_config(None, **settings)


@pytest.fixture
def chain(config: Config) -> Chain:
    return Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)


@pytest.fixture
def staff(database: Database, chain: Chain, clock: TestClock) -> Staff:
    return Staff(database, chain, clock)


@pytest.fixture(scope="session")
def applications() -> Applications:
    return Applications()


@pytest.fixture
def app(config: Config, database: Database, clock: TestClock, applications: Applications) -> Flask:
    assert database
    return applications.furnished(config, clock)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A visitor who has not logged in."""
    return Visitor(app)


@pytest.fixture
def hire(staff: Staff, config: Config, database: Database) -> Hire:
    """Add a member of staff; return their email and password.

    Staff who must use a second factor have a passkey, which `Visitor.log_in` shows.
    """
    numbers = itertools.count(1)
    needs_factor = config.second_factor_for(config.environment)

    def hire(*roles: Role, email: str | None = None) -> tuple[str, str]:
        address = email or f"{secrets.token_hex(4)}@example.com"
        password = secret(next(numbers))[:22]
        canaries.remember(Kind.PASSWORD, password)
        staff.add(address, "Ana Martins", password, roles)
        if needs_factor & set(roles):
            enrol(database, address)
        return address, password

    return hire


@pytest.fixture
def log_in(app: Flask, hire: Hire, database: Database) -> LogIn:
    """Hire a member with these roles and log them in."""

    def log_in(*roles: Role) -> Visitor:
        visitor = Visitor(app)
        email, password = hire(*roles)
        with database.read() as connection:
            member = members.find(connection, email)
        assert member
        if member.has_second_factor:
            visitor.log_in(email, password)
        else:
            visitor.begin(member)
        return visitor

    return log_in


@pytest.fixture
def only_member(staff: Staff) -> StaffMember:
    """Who is there; for tests with one person."""
    (member,) = staff.every()
    return member


@pytest.fixture
def support(log_in: LogIn) -> Visitor:
    return log_in(Role.SUPPORT)
