"""Two machines with nothing in common but PostgreSQL and Redis: every machine answers the same."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from dashboard.config.settings import load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from tests.faults.support.people import Served
from tests.support.http_visitor import HttpVisitor
from tests.support.pages.forms import registration
from tests.support.private_servers import PrivatePostgres, postgres_server
from tests.support.servers.dashboard_process import serve
from tests.support.servers.redis_server import PrivateRedis, redis_server
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
CREDENTIALS = "/settings/credentials"


@dataclass(frozen=True)
class Machines:
    """Two of them, no load balancer before them: a test says which one is asked."""

    first: Served
    second: Served

    def log_in(self, *roles: Role) -> tuple[HttpVisitor, HttpVisitor]:
        """Log one person in at the first; return their browser at either."""
        here = self.first.log_in(*roles)
        return here, self.second.tab(here)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[PrivatePostgres, PrivateRedis]]:
    """One PostgreSQL and one Redis, in a folder that the users of both can reach."""
    with (
        tempfile.TemporaryDirectory(prefix="servers-") as folder,
        postgres_server(Path(folder)) as postgres,
        redis_server(Path(folder)) as redis,
    ):
        yield postgres, redis


@pytest.fixture
def machines(
    servers: tuple[PrivatePostgres, PrivateRedis], simulator: RunningSimulator, tmp_path: Path
) -> Iterator[Machines]:
    postgres, redis = servers
    settings = safe_settings(tmp_path, simulator)
    one = {"WEB_CONCURRENCY": "1"}
    settings |= {"DATABASE_URL": postgres.make_database(), "REDIS_URL": redis.url, **one}
    config = load_config(None, **settings)
    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with closing(Database(settings["DATABASE_URL"])) as database:
        database.upgrade()
        with (
            serve(folders[0], settings) as first,
            serve(folders[1], settings) as second,
        ):
            yield Machines(*(Served(*each, database, chain) for each in (first, second)))


def test_a_session_of_one_is_known_at_the_other_and_ends_at_both(machines: Machines) -> None:
    here, there = machines.log_in(Role.SUPPORT)
    assert there.get("/users").status_code == 200
    assert here.post("/logout", here.form("/users")).status_code == 303
    assert there.get("/users").status_code == 303


def test_a_form_of_one_acts_once_however_often_both_are_sent_it(
    machines: Machines, simulator: RunningSimulator
) -> None:
    here, there = machines.log_in(Role.ONBOARDING)
    fields = {**registration(), **here.form("/users/new")}
    simulator.clear_requests()
    with ThreadPoolExecutor(8) as pool:
        tabs = (here, there) * 4
        sent = [pool.submit(tab.post, "/users", fields) for tab in tabs]
        answers = [each.result() for each in sent]
    answers.append(there.post("/users", fields))
    assert {each.status_code for each in answers} <= {303, 409}
    assert answers[-1].status_code == 303
    assert not [each for each in answers if "/login" in each.headers.get("Location", "")]
    assert sum(call.method == "POST" for call in simulator.requests()) == 1


def test_tries_at_both_count_together(machines: Machines) -> None:
    email, password = machines.first.hire(Role.SUPPORT)
    for number in range(10):
        visitor = HttpVisitor((machines.first, machines.second)[number % 2].base_url)
        wrong = {**visitor.form("/login"), "email": email, "password": "wrong"}
        assert visitor.post("/login", wrong).status_code == 422
    for machine in (machines.first, machines.second):
        visitor = HttpVisitor(machine.base_url)
        right = {**visitor.form("/login"), "email": email, "password": password}
        assert visitor.post("/login", right).status_code == 429


def test_what_one_learns_of_an_outage_the_other_knows(
    machines: Machines, simulator: RunningSimulator
) -> None:
    here, there = machines.log_in(Role.SUPPORT)
    simulator.set_faults([{"status": 503, "retry_after_s": 600}])  # or a late page is a probe
    assert {here.get("/users").status_code for _ in range(5)} == {503}
    simulator.clear_requests()
    assert there.get("/users").status_code == 503
    assert simulator.requests() == []


def test_credentials_that_are_switched_or_frozen_at_one_are_so_at_the_other(
    machines: Machines, simulator: RunningSimulator
) -> None:
    here, there = machines.log_in(Role.ADMIN)
    number, pair = simulator.generate_keys()

    def step(path: str, **typed: str) -> requests.Response:
        answer = here.post(f"{CREDENTIALS}{path}", {**here.form(CREDENTIALS), **typed})
        assert answer.status_code == 303
        return answer

    step("", api_key=pair.api_key, api_secret=pair.api_secret)
    step("/1/prove")
    step("/1/switch")
    simulator.clear_requests()
    assert there.get("/users").status_code == 200
    assert {call.pair for call in simulator.requests()} == {number}
    step("/freeze", reason="rehearsal")
    simulator.clear_requests()
    assert there.get("/users").status_code == 503
    assert simulator.requests() == []
    step("/thaw", thaw="y")
    assert there.get("/users").status_code == 200
