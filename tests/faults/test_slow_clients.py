"""S13 and S6: what holds connections or floods the log-in, at gunicorn and behind nginx."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
import requests
from requests.adapters import HTTPAdapter

from dashboard.services.permissions import Role
from tests.faults.support.people import Served, serve_people
from tests.faults.support.slow_clients import BODY, HEAD, Connect, connecting, dripping, idle
from tests.support.clock import wait_until
from tests.support.http_visitor import CSRF
from tests.support.servers.nginx_server import nginx_server

pytestmark = pytest.mark.long
ANSWER_S = 25  # a client that drips has its thread until the test ends
FLOODERS = 12
FLOOD, PASSED = 1000, 62  # tries, and how many the proxy lets through, and one more per second
OFFICE = "127.0.0.2"


@pytest.fixture
def served(tmp_path: Path, settings: dict[str, str], migrated: Path) -> Iterator[Served]:
    with serve_people(tmp_path, migrated, settings, PROXIES="1") as running:
        yield running


@dataclass(frozen=True)
class Front:
    """nginx: its address and port, and the certificate to trust."""

    base_url: str
    port: int
    trusted: Path


@pytest.fixture
def front(served: Served, tmp_path: Path) -> Iterator[Front]:
    upstream = served.base_url.removeprefix("http://").replace("localhost", "127.0.0.1")
    with nginx_server(tmp_path, upstream) as port:
        yield Front(f"https://localhost:{port}", port, tmp_path / "certificate.pem")


class FromAddress(HTTPAdapter):
    """Connects from one address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as there
        """Bind every connection."""
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


def browser(trusted: Path | None = None, address: str = "127.0.0.1") -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(trusted) if trusted else False
    session.mount("https://", FromAddress(address))
    return session


def token_of(session: requests.Session, base_url: str) -> str:
    found = CSRF.search(session.get(f"{base_url}/login", timeout=30).text)
    assert found
    return found[1]


def try_log_in(
    session: requests.Session, base_url: str, token: str, email: str, password: str
) -> int:
    data = {"email": email, "password": password, "csrf_token": token}
    return session.post(
        f"{base_url}/login", data=data, allow_redirects=False, timeout=30
    ).status_code


def seconds_to_answer(base_url: str, trusted: Path | None = None) -> float:
    began = time.monotonic()
    with browser(trusted) as session:
        assert session.get(f"{base_url}/login", timeout=30).status_code == 200
    return time.monotonic() - began


@pytest.fixture
def at_gunicorn(served: Served) -> Connect:
    return connecting(int(served.base_url.rpartition(":")[2]))


@pytest.mark.parametrize(
    ("workers", "heads"), [("1", 20), pytest.param("2", 40, marks=pytest.mark.weekly)]
)
def test_gunicorn_answers_while_heads_drip(
    tmp_path: Path, settings: dict[str, str], migrated: Path, workers: str, heads: int
) -> None:
    """Of two workers one may be lucky."""
    with serve_people(tmp_path, migrated, settings, WEB_CONCURRENCY=workers) as running:
        connect = connecting(int(running.base_url.rpartition(":")[2]))
        with dripping(connect, heads, HEAD):
            assert seconds_to_answer(running.base_url) < ANSWER_S


def test_gunicorn_answers_while_300_connections_say_nothing(
    served: Served, at_gunicorn: Connect
) -> None:
    with idle(at_gunicorn, 300):
        assert seconds_to_answer(served.base_url) < ANSWER_S


def test_gunicorn_ends_what_says_nothing_and_answers_what_is_slow_to_begin(
    at_gunicorn: Connect,
) -> None:
    with idle(at_gunicorn, 2) as (silent, slow):
        time.sleep(1)
        slow.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert slow.recv(12).endswith(b" 200")
        silent.settimeout(60)
        assert silent.recv(1) == b""


@pytest.mark.parametrize("start", [HEAD, BODY], ids=["heads", "bodies"])
def test_nginx_keeps_dripping_clients_away_from_the_dashboard(front: Front, start: bytes) -> None:
    with dripping(connecting(front.port, over_tls=True), 40, start):
        assert seconds_to_answer(front.base_url, front.trusted) < ANSWER_S


def test_nginx_answers_while_300_connections_say_nothing(front: Front) -> None:
    with idle(connecting(front.port), 300):
        assert seconds_to_answer(front.base_url, front.trusted) < ANSWER_S


def test_a_flood_of_log_ins_from_one_address_keeps_nobody_elsewhere_out(
    front: Front, served: Served, tmp_path: Path
) -> None:
    people = [served.hire(Role.SUPPORT) for _ in range(6)]
    stopping, answers = threading.Event(), Counter[int]()

    def flood() -> None:
        with browser(front.trusted) as session:
            token = token_of(session, front.base_url)
            while not stopping.is_set():
                answers[try_log_in(session, front.base_url, token, people[0][0], "wrong")] += 1

    def log_in(person: tuple[str, str]) -> int:
        with browser(front.trusted, OFFICE) as session:
            return try_log_in(session, front.base_url, token_of(session, front.base_url), *person)

    threads = [threading.Thread(target=flood) for _ in range(FLOODERS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: answers.total() > FLOOD / 2)
        with ThreadPoolExecutor(1) as pool:
            came_in = list(pool.map(log_in, people[1:]))
        wait_until(lambda: answers.total() > FLOOD)
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert came_in == [303] * 5
    assert set(answers) <= {422, 429, 503}
    most = PASSED + time.monotonic() - began + len(came_in)
    log = (tmp_path / "web.log").read_text().splitlines()
    tries = [line for line in log if '"POST", "route": "/login", "status"' in line]
    assert len(came_in) < len(tries) <= most


def test_nginx_believes_no_forwarded_address_and_no_other_name(front: Front) -> None:
    with browser(front.trusted) as session:
        spoofed = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.test"}
        assert (
            session.get(f"{front.base_url}/login", headers=spoofed, timeout=30).status_code == 200
        )
        with pytest.raises(requests.ConnectionError):
            session.get(f"{front.base_url}/login", headers={"Host": "evil.test"}, timeout=30)


def test_nginx_passes_on_an_answer_that_names_a_long_address(front: Front) -> None:
    searched = quote("ก" * 215)
    with browser(front.trusted) as session:
        address = f"{front.base_url}/users?q={searched}"
        answer = session.get(address, timeout=30, allow_redirects=False)
    assert answer.status_code == 303
    assert searched in unquote(answer.headers["Location"])


def test_nginx_logs_paths_of_ours_and_no_secret(front: Front, tmp_path: Path) -> None:
    secrets = ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.", "inq_Hq7TzVb3LdKx9PfN", "ana@example.com")
    user = "/users/00000000-0000-4000-8000-000000000001/kyc"
    with browser(front.trusted) as session:
        for secret in secrets:
            for path in (f"/users/{secret}", f"/users?q={secret}", f"/static/{secret}", user):
                headers = {"Referer": f"{front.base_url}/users/{secret}"}
                address = f"{front.base_url}{path}"
                session.get(address, headers=headers, timeout=30, allow_redirects=False)
        session.request("FORGED", f"{front.base_url}/", timeout=30)
    wait_until(lambda: "] - / 4" in (tmp_path / "dashboard.log").read_text())
    log = (tmp_path / "dashboard.log").read_text()
    assert not [secret for secret in secrets if secret in log]
    assert log.count(f" GET {user} 303 ") == len(secrets)
    assert log.count(" GET - ") == len(secrets)
    assert "FORGED" not in log


def test_health_answers_without_a_host(at_gunicorn: Connect) -> None:
    for asked in (
        b"GET /readyz HTTP/1.0\r\n\r\n",
        b"GET /readyz HTTP/1.1\r\nHost: 10.0.3.17:8000\r\n\r\n",
    ):
        with at_gunicorn() as client:
            client.sendall(asked)
            assert client.recv(12).endswith(b" 200"), asked
            client.shutdown(socket.SHUT_RDWR)


def test_no_header_moves_the_path(at_gunicorn: Connect) -> None:
    """A proxy limits paths; a header that takes their beginning away would lead around that."""
    for name in ("SCRIPT_NAME", "PATH_INFO", "Script-Name", "REMOTE_USER"):
        for path, status in (("/readyz", b" 200"), ("/elsewhere/readyz", b" 404")):
            with at_gunicorn() as client:
                head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{name}: /elsewhere\r\n\r\n"
                client.sendall(head.encode())
                assert client.recv(12).endswith(status), (name, path)
                client.shutdown(socket.SHUT_RDWR)
