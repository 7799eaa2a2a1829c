"""Requests past every size, and a client that drips: each is refused in time, no one else waits."""

import socket
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support import databases
from tests.support.http_visitor import HttpVisitor
from tests.support.servers.dashboard_process import serve
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oversize")


@pytest.fixture(scope="module")
def port(simulator_process: RunningSimulator, migrated: Path, folder: Path) -> Iterator[int]:
    """One worker of two threads: taking one is felt."""
    databases.fill(migrated, folder)
    few = {"WEB_CONCURRENCY": "1", "WEB_THREADS": "2"}
    with serve(folder, {**safe_settings(folder, simulator_process), **few}) as (url, _pid):
        yield urlsplit(url).port or 0


Send = Callable[..., int]


@pytest.fixture
def send(port: int) -> Send:
    """Send bytes as they are; return the status that comes back."""

    def send(head: str, *body: bytes) -> int:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            try:
                line.sendall(f"{head}\r\n".encode())
                for part in body:
                    line.sendall(part)
            except OSError:  # it has heard enough
                pass
            return int(line.recv(64).split()[1])

    return send


def head(start: str, *more: str) -> str:
    return "".join(f"{line}\r\n" for line in (start, "Host: localhost", *more))


def form(length: int | None, *more: str) -> str:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return head("POST /login HTTP/1.1", FORM.strip(), size, *more)


def chunks(count: int, size: int) -> list[bytes]:
    return [b"%x\r\n%s\r\n" % (size, b"a" * size)] * count + [b"0\r\n\r\n"]


def fields(count: int) -> bytes:
    return b"&".join(b"f%d=x" % number for number in range(count))


def test_what_is_too_large_is_refused_and_the_next_one_is_served(
    send: Send, folder: Path, port: int
) -> None:
    refused = {
        "a length past every form": send(form(10_000_000), b"email=x"),
        "a body past every form": send(form(10_000_000), *[b"x" * 10_000] * 1000),
        "chunks without an end": send(form(None), *chunks(1000, 10_000)),
        "ten thousand fields": send(form(len(fields(10_000))), fields(10_000)),
        "ten thousand parameters": send(head(f"GET /login?{fields(10_000).decode()} HTTP/1.1")),
        "a long line": send(head(f"GET /login?q={'x' * 9000} HTTP/1.1")),
        "many headers": send(head("GET /login HTTP/1.1", *(f"X-{n}: x" for n in range(200)))),
        "a long header": send(head("GET /login HTTP/1.1", f"X-Long: {'x' * 20_000}")),
        "a length that is none": send(head("POST /login HTTP/1.1", "Content-Length: many")),
        "two lengths": send(form(3, "Content-Length: 5"), b"a=b"),
    }
    assert {name: status for name, status in refused.items() if status not in REFUSALS} == {}
    assert refused["ten thousand fields"] == 413
    assert HttpVisitor(f"http://localhost:{port}").get("/login").status_code == 200
    log = (folder / "web.log").read_text()
    assert "Traceback" not in log
    assert '"event": "bug"' not in log


REFUSALS = frozenset({400, 413, 414, 431})


@pytest.mark.parametrize("size", [300_000, 2_000_000, 8_000_000])
@pytest.mark.parametrize("path", ["/login", "/nowhere", "/users/new"])
def test_whoever_sends_the_whole_of_too_large_a_form_reads_the_answer(
    port: int, size: int, path: str
) -> None:
    """A browser reads only then: a connection that is reset before has no page in it."""
    start = head(f"POST {path} HTTP/1.1", FORM.strip(), f"Content-Length: {size}")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(f"{start}\r\n".encode())
        for _ in range(size // 10_000):
            line.sendall(b"x" * 10_000)
        with line.makefile("rb") as answer:
            status = int(answer.readline().split()[1])
            while (header := answer.readline().strip().lower()) and b"content-length" not in header:
                pass
            length = int(header.split()[1])
            while answer.readline().strip():
                pass
            page = answer.read(length).decode()
    assert status in {303, 413}
    assert "too large" in page or status == 303


def test_a_client_that_drips_its_form_keeps_nobody_waiting(port: int, folder: Path) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
        slow.sendall(f"{form(1000)}\r\n".encode())
        took_s = []
        for _ in range(20):
            slow.sendall(b"x")
            began = time.monotonic()
            assert HttpVisitor(f"http://localhost:{port}").get("/login").status_code == 200
            took_s.append(time.monotonic() - began)
            time.sleep(0.05)
    assert statistics.quantiles(took_s, n=20)[-1] < 5
    time.sleep(0.5)
    assert HttpVisitor(f"http://localhost:{port}").get("/login").status_code == 200
    assert "Traceback" not in (folder / "web.log").read_text()
