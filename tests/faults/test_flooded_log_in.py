"""A flood of log-ins at a real server: colleagues at a known address can still log in (S6)."""

import threading
from collections import Counter
from pathlib import Path

import pytest
import requests

from dashboard.config.areas import build_counters
from dashboard.config.settings import Config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.auth.throttle import PER_ADDRESS, FromOutside, LoginThrottle, Stranger
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.wiring import now
from tests.support.clock import wait_until
from tests.support.http_visitor import CSRF, HttpVisitor
from tests.support.people import Hire
from tests.support.servers.dashboard_process import serve

pytestmark = pytest.mark.long
CLIENTS, LOG_INS = 12, 22
OFFICE = "198.51.100.1"


def flood(url: str, address: str, over: threading.Event, seen: Counter[int]) -> None:
    """Try wrong passwords from one address for as long as it takes."""
    with requests.Session() as http:
        http.trust_env = False
        http.headers["X-Forwarded-For"] = address
        page = http.get(f"{url}/login", timeout=60)
        found = CSRF.search(page.text)
        assert found
        cookies = "; ".join(f"{each.name}={each.value}" for each in page.cookies)
        number = 0
        while not over.is_set():
            number += 1
            sent = {
                "email": f"nobody{number}@example.com",
                "password": "wrong",
                "csrf_token": found[1],
            }
            answer = http.post(f"{url}/login", data=sent, headers={"Cookie": cookies}, timeout=60)
            seen[answer.status_code] += 1


def test_a_flood_from_elsewhere_keeps_nobody_out_of_the_office(
    tmp_path: Path, settings: dict[str, str], hire: Hire, config: Config, database: Database
) -> None:
    tries = LoginThrottle(
        build_counters(config, database, now), config.keyring.keys(KeyPurpose.LIMIT), now
    )
    addresses = [f"203.0.113.{number}" for number in range(CLIENTS)]
    account, seen, over = hire(Role.SUPPORT), Counter[int](), threading.Event()
    with serve(tmp_path, {**settings, "PROXIES": "1"}) as (url, _):

        def log_in() -> None:
            visitor = HttpVisitor(url)
            visitor.headers["X-Forwarded-For"] = OFFICE
            visitor.log_in(*account)

        log_in()
        for address in addresses:
            for number in range(PER_ADDRESS.amount):
                tries.hit(FromOutside(f"nobody{number}@example.com", Stranger(address=address)))
        threads = [
            threading.Thread(target=flood, args=(url, address, over, seen)) for address in addresses
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in range(LOG_INS):
                log_in()
            wait_until(lambda: seen.total() > CLIENTS * 10)
        finally:
            over.set()
            for thread in threads:
                thread.join(30)
    assert set(seen) == {429}
