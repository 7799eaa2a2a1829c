"""T-F15: Redis stops or hangs while people work, and comes back."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard.config.settings import Config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.auth.throttle import FromOutside, LoginThrottle, Stranger
from dashboard.services.permissions import Role
from dashboard.store.limits.redis import RedisLimits
from dashboard.store.limits.table import LimitsUnavailableError
from dashboard.wiring import now
from tests.support.clock import wait_until
from tests.support.http_visitor import HttpVisitor
from tests.support.people import Hire
from tests.support.servers.dashboard_process import serve
from tests.support.servers.redis_server import PrivateRedis, redis_server
from tests.unit.cli.doctor.test_doctor import Doctor, complaints
from tests.unit.cli.doctor.test_doctor import doctor as doctor  # noqa: PLC0414  a fixture
from tests.unit.cli.doctor.test_doctor import run as run  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long
SOON_S = 30.0  # without limits on each wait these last until Redis goes on
Fault = Callable[[PrivateRedis], AbstractContextManager[None]]

ANA = FromOutside("ana@example.com", Stranger(address="192.0.2.1"))


@pytest.fixture
def server() -> Iterator[PrivateRedis]:
    with tempfile.TemporaryDirectory(prefix="redis-") as folder, redis_server(Path(folder)) as run:
        yield run


@contextmanager
def gone(server: PrivateRedis) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@pytest.mark.parametrize("fault", [gone, PrivateRedis.stand_still])
def test_nobody_is_let_in_uncounted_and_whoever_is_in_goes_on(
    fault: Fault, server: PrivateRedis, hire: Hire, settings: dict[str, str], tmp_path: Path
) -> None:
    email, password = hire(Role.SUPPORT)
    one = {**settings, "REDIS_URL": server.url, "WEB_CONCURRENCY": "1"}
    with serve(tmp_path, one) as (url, _):
        inside, outside = HttpVisitor(url), HttpVisitor(url)
        inside.log_in(email, password)
        fields = {**outside.form("/login"), "email": email, "password": password}
        with fault(server):
            for _ in range(3):
                began = time.monotonic()
                answer = outside.post("/login", fields)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
                assert "We can’t check passwords and codes right now" in answer.text
                assert time.monotonic() - began < SOON_S
            assert inside.get("/users").status_code == 200
            assert inside.get("/readyz").status_code == 200
        wait_until(lambda: outside.post("/login", fields).status_code == 303)


def test_a_server_that_was_restarted_fails_no_log_in(
    server: PrivateRedis, hire: Hire, settings: dict[str, str], tmp_path: Path
) -> None:
    email, password = hire(Role.SUPPORT)
    one = {**settings, "REDIS_URL": server.url, "WEB_CONCURRENCY": "1"}
    with serve(tmp_path, one) as (url, _):
        HttpVisitor(url).log_in(email, password)
        with gone(server):
            pass
        HttpVisitor(url).log_in(email, password)


def test_what_cannot_be_forgiven_keeps_nobody_out(server: PrivateRedis, config: Config) -> None:
    counters = RedisLimits(server.url, "dashboard-local", now)
    tries = LoginThrottle(counters, config.keyring.keys(KeyPurpose.LIMIT), now)
    assert tries.hit(ANA) is None
    with gone(server):
        tries.reset(ANA)  # they are in: their link is used up
        with pytest.raises(LimitsUnavailableError):
            tries.hit(ANA)
    counters.close()


def test_a_server_that_is_emptied_starts_its_windows_again_and_lets_nobody_in_uncounted(
    server: PrivateRedis, config: Config
) -> None:
    counters = RedisLimits(server.url, "dashboard-local", now)
    tries = LoginThrottle(counters, config.keyring.keys(KeyPurpose.LIMIT), now)

    def until_refused() -> int:
        return next(number for number in range(100) if tries.hit(ANA))

    most = until_refused()
    assert most > 0
    server.order("flushall")
    tries.reset(ANA)  # what is gone can be forgiven
    assert until_refused() == most
    counters.close()


def test_a_window_ends_by_the_clock_of_redis_whatever_the_machines_think(
    server: PrivateRedis,
) -> None:
    ahead = RedisLimits(server.url, "dashboard-local", lambda: now() + timedelta(hours=1))
    behind = RedisLimits(server.url, "dashboard-local", lambda: now() - timedelta(hours=1))
    assert (ahead.incr("a", 60), behind.incr("a", 60)) == (1, 2)
    assert (ahead.get("a"), behind.get("a")) == (2, 2)
    for each, skew_s in ((ahead, 3600), (behind, -3600)):
        left_s = each.get_expiry("a") - now().timestamp() - skew_s
        assert 0 < left_s <= 61
    server.order("pexpire", "dashboard-local:a", "1")
    wait_until(lambda: not ahead.get("a"))
    assert behind.incr("a", 60) == 1
    for each in (ahead, behind):
        each.close()


def test_dashboards_of_two_environments_count_apart(server: PrivateRedis) -> None:
    local, production = (
        RedisLimits(server.url, f"dashboard-{name}", now) for name in ("local", "production")
    )
    local.incr("a", 60)
    assert production.get("a") == 0
    assert (production.reset(), local.reset()) == (0, 1)
    local.close()
    production.close()


def test_the_doctor_says_what_is_wrong_with_redis(server: PrivateRedis, doctor: Doctor) -> None:
    done = doctor(REDIS_URL=server.url)
    assert complaints(done) == []
    assert "Redis 127.0.0.1 counts attempts." in done.stdout
    server.order("config", "set", "maxmemory-policy", "allkeys-lru")
    forgetful = doctor(REDIS_URL=server.url)
    assert complaints(forgetful) == ["limits"]
    assert "maxmemory-policy to noeviction" in forgetful.stdout
    server.stop()
    dead = doctor(REDIS_URL=server.url)
    server.start()
    assert complaints(dead) == ["limits"]
    assert "no one can log in" in dead.stdout
    password = server.url.split("@")[0].rpartition(":")[2]
    assert password not in done.stdout + forgetful.stdout + dead.stdout + dead.stderr
