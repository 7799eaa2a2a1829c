"""T-F15: PostgreSQL goes while people work, and comes back."""

import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import URL, insert, make_url, select

from dashboard.config.settings import load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import CommitLostError, Database
from dashboard.store.db.postgres_connection import FRESH_S, TimeoutConnection
from dashboard.store.schema import meta
from dashboard.wiring import now
from tests.support.clock import PATIENCE_S, wait_until
from tests.support.http_visitor import HttpVisitor
from tests.support.pages.forms import registration
from tests.support.private_servers import PrivatePostgres, postgres_server
from tests.support.servers.dashboard_process import serve
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
SOON_S = 25.0  # a statement that is not tried first waits for 33 s
THREADS = 16
GONE = ("/users", "/", "/account", "/users/new")


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    """One in a folder that its user can reach: only root can reach those of pytest."""
    with (
        tempfile.TemporaryDirectory(prefix="postgres-") as folder,
        postgres_server(Path(folder)) as server,
    ):
        yield server


@pytest.fixture
def visitor(
    server: PrivatePostgres, simulator: RunningSimulator, tmp_path: Path
) -> Iterator[HttpVisitor]:
    """A person at work, two workers and their own PostgreSQL."""
    settings = {**safe_settings(tmp_path, simulator), "DATABASE_URL": server.make_database()}
    database = Database(settings["DATABASE_URL"])
    database.upgrade()
    config = load_config(None, **settings)
    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    Staff(database, chain, now).add("ana@example.com", "Ana", "a password of hers", [Role.ADMIN])
    database.close()
    with serve(tmp_path, settings) as (url, _):
        visitor = HttpVisitor(url)
        visitor.log_in("ana@example.com", "a password of hers")
        yield visitor


def test_a_server_that_goes_is_a_clear_page_and_is_used_again_when_it_is_back(
    visitor: HttpVisitor, server: PrivatePostgres, simulator: RunningSimulator
) -> None:
    for path in GONE:
        assert visitor.get(path).status_code == 200
    form = {**registration(), **visitor.form("/users/new")}
    simulator.clear_requests()
    server.stop()
    for path in GONE * 2:
        began = time.monotonic()
        page = visitor.get(path)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
        assert "database isn’t responding" in page.text
        assert time.monotonic() - began < SOON_S
    assert visitor.post("/users", form).status_code == 503
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503
    assert simulator.requests() == []
    server.start()
    wait_until(lambda: visitor.get("/users").status_code == 200)
    assert visitor.post("/users", form).status_code == 303
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_a_server_that_stands_still_holds_nobody_for_long(
    visitor: HttpVisitor, server: PrivatePostgres, simulator: RunningSimulator
) -> None:
    form = {**registration(), **visitor.form("/users/new")}
    simulator.clear_requests()
    time.sleep(FRESH_S)
    with server.stand_still(), ThreadPoolExecutor(THREADS) as pool:

        def look(number: int) -> tuple[int, float]:
            began = time.monotonic()
            status = visitor.get(GONE[number % len(GONE)]).status_code
            return status, time.monotonic() - began

        seen = [*pool.map(look, range(3 * THREADS))]
        assert {status for status, _ in seen} == {503}
        assert max(took for _, took in seen) < SOON_S
        assert visitor.post("/users", form).status_code == 503
        assert simulator.requests() == []
    wait_until(lambda: visitor.get("/users").status_code == 200)
    assert visitor.post("/users", form).status_code == 303
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_a_connection_that_has_just_answered_is_not_used_once_its_server_is_gone(
    server: PrivatePostgres,
) -> None:
    place = make_url(server.make_database()).set(drivername="postgresql")
    with closing(connect(place)) as open_one, closing(connect(place)) as closed_one:
        assert open_one.answers(PATIENCE_S)
        closed_one.close()
        assert not closed_one.answers(1.0)
        server.stop()
        open_one.answered_at = time.monotonic()
        assert not open_one.answers(1.0)
        server.start()


def connect(place: URL) -> TimeoutConnection:
    """Return a connection that has just answered."""
    connection = TimeoutConnection.connect(place.render_as_string(hide_password=False))
    assert isinstance(connection, TimeoutConnection)
    connection.execute("SELECT 1")
    return connection


def is_kept(database: Database) -> bool:
    with database.read() as connection:
        kept = connection.execute(select(meta.c.value).where(meta.c.name == "a"))
        return kept.scalars().all() == ["b"]


def test_a_commit_whose_answer_is_lost_is_told_apart_from_one_that_was_refused(
    server: PrivatePostgres,
) -> None:
    with closing(Database(server.make_database())) as database:
        database.upgrade()
        with (  # noqa: PT012  it is lost at the block's end
            ExitStack() as still,
            pytest.raises(CommitLostError),
            database.write() as connection,
        ):
            connection.execute(insert(meta).values(name="a", value="b"))
            used = connection.connection.driver_connection
            assert isinstance(used, TimeoutConnection)
            used.patience_s = 1.0
            still.enter_context(server.stand_still())
        wait_until(lambda: is_kept(database))
