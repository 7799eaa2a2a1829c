"""REDIS_URL: what is refused, and that its password shows nowhere."""

import secrets

import pytest

from dashboard.config.settings import UnsafeConfigError, load_config
from tests.support.sampling import all_of
from tests.unit.config.test_config import GOOD

PASSWORD = "canary-" + secrets.token_hex(8)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "redis://:PASSWORD@localhost:6379/0",
        "redis://:PASSWORD@[::1]",
        "rediss://user:PASSWORD@redis.example.com:6380/1",
        "unix://:PASSWORD@/run/redis/redis.sock?db=1",
    ],
)
def test_a_server_is_taken_where_nothing_goes_in_the_clear(url: str) -> None:
    url = url.replace("PASSWORD", PASSWORD)
    config = load_config(None, **{**GOOD, "REDIS_URL": url})
    assert config.redis_url.get_secret_value() == url
    assert PASSWORD not in repr(config)


@all_of(
    "url,why",
    [
        ("redis://:PASSWORD@redis.example.com/0", "without TLS"),
        ("rediss://:PASSWORD@redis.example.com/0?ssl_cert_reqs=none", "may have these"),
        ("rediss://:PASSWORD@redis.example.com/0?%73sl_check_hostname=false", "may have these"),
        ("http://:PASSWORD@localhost", "must look like redis://"),
        ("redis://:PASSWORD@localhost:port", "must look like redis://"),
        ("redis:PASSWORD", "must look like redis://"),
        ("rediss:///0", "must look like redis://"),
        ("redis://:PASSWORD@localhost/0?socket_timeout=1000", "may have these"),
        ("redis://:PASSWORD@localhost/0?db=0&db=1", "may have these"),
        ("redis://:PASSWORD@localhost/0?db=x", "must look like redis://"),
        ("unix://", "must look like redis://"),
    ],
)
def test_what_would_go_in_the_clear_or_nowhere_is_refused(url: str, why: str) -> None:
    url = url.replace("PASSWORD", PASSWORD)
    with pytest.raises(UnsafeConfigError, match=f"REDIS_URL cannot be used: .*{why}") as refused:
        load_config(None, **{**GOOD, "REDIS_URL": url})
    assert PASSWORD not in str(refused.value)
