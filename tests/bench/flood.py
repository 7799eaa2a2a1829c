"""A flood of log-ins: so many at once, of names and addresses that nobody has counted yet."""

import argparse
import re
import secrets
import threading
import time
from urllib.parse import urlencode

from tests.bench.load import Client

CSRF = re.compile(rb'name="csrf_token" value="([^"]+)"')
COOKIE = re.compile(rb"[Ss]et-[Cc]ookie: ([^;]+)")


def log_in(url: str, until: float) -> None:
    """Try a wrong password again and again, each time as somebody else from elsewhere."""
    while time.monotonic() < until:
        client = Client(url, {"X-Forwarded-For": _address(), "X-Forwarded-Proto": "http"})
        page = client.get("/login")
        token, cookie = CSRF.search(page.body), COOKIE.search(page.head)
        assert token is not None
        assert cookie is not None
        fields = {
            "csrf_token": token[1].decode(),
            "email": f"{secrets.token_hex(6)}@example.com",
            "password": secrets.token_urlsafe(12),
        }
        client.post("/login", urlencode(fields), {"Cookie": cookie[1].decode()})
        client.close()


def _address() -> str:
    return ".".join(str(secrets.randbelow(250) + 1) for _ in range(4))


def main() -> None:
    """Flood for so long."""
    options = argparse.ArgumentParser()
    options.add_argument("url")
    options.add_argument("--at-once", type=int, default=32)
    options.add_argument("--seconds", type=float, default=8)
    chosen = options.parse_args()
    until = time.monotonic() + chosen.seconds
    threads = [
        threading.Thread(target=log_in, args=(chosen.url, until)) for _ in range(chosen.at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
