"""Where tests count tries: in the table, or in the Redis that TEST_REDIS_URL names.

That is the URL of a server only for tests, without a database: each test process uses one of its
own, which is empty again after every test.
"""

import os
from urllib.parse import urlsplit

from redis import Redis

SERVER = os.environ.get("TEST_REDIS_URL", "")
PASSWORD = urlsplit(SERVER).password or ""


def url() -> str:
    """Return the REDIS_URL of this test process, empty where there is no server."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
    return f"{SERVER}/{int(process.removeprefix('gw')) + 1}" if SERVER else ""


def forget() -> None:
    """Empty it."""
    if SERVER:
        with Redis.from_url(url()) as client:
            client.flushdb()


def age(seconds: float) -> None:
    """Bring the end of every counter nearer, as if time had passed at the server as well."""
    if not SERVER or seconds <= 0:  # a jump of our clock does not move Redis's
        return
    with Redis.from_url(url()) as client:
        for key in client.scan_iter():
            left_ms = int(str(client.pttl(key)))
            client.pexpire(key, max(left_ms - round(seconds * 1000), 0))
