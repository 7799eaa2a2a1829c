"""Load: one client that measures each page, and many by wrk. Bounded in count and time."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.support.install import install

NO_WRK = "wrk is missing (Debian: apt-get install wrk): the bench measures load with it."
SCRIPT = Path(__file__).parent / "load.lua"
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Answer:
    """A page as it came: how long it took, and its bytes on the wire."""

    took_ms: float
    status: int
    head: bytes
    body: bytes

    @property
    def size(self) -> int:
        """Bytes sent, head and body."""
        return len(self.head) + len(self.body)


class Client:
    """One kept-alive connection, without the cost of a client library."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._address = ("127.0.0.1", parts.port or 80)
        sent = {"Host": parts.netloc, **(headers or {})}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        self._socket: socket.socket | None = None

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Load a page; connect first where nothing is open."""
        return self._ask("GET", path, "", headers or {})

    def post(self, path: str, form: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send a form as a browser does."""
        about = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(form)),
        }
        return self._ask("POST", path, form, {**about, **(headers or {})})

    def _ask(self, verb: str, path: str, body: str, headers: Mapping[str, str]) -> Answer:
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{verb} {path} HTTP/1.1\r\n{self._head}{extra}\r\n{body}".encode()
        started = time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, TIMEOUT_S)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        head, received = self._read(self._socket)
        took_ms = (time.perf_counter() - started) * 1000
        if b"connection: close" in head.lower():
            self.close()
        return Answer(took_ms, int(head[9:12]), head, received)

    def close(self) -> None:
        """Give the connection up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @staticmethod
    def _read(connection: socket.socket) -> tuple[bytes, bytes]:
        held = b""
        while b"\r\n\r\n" not in held:
            got = connection.recv(65536)
            if not got:
                raise ConnectionError("closed before an answer")
            held += got
        head, _, body = held.partition(b"\r\n\r\n")
        length = _length(head)
        parts = [body]
        missing = length - len(body)
        while missing > 0:
            got = connection.recv(min(missing, 262_144))
            if not got:
                raise ConnectionError("closed within an answer")
            parts.append(got)
            missing -= len(got)
        return head + b"\r\n\r\n", b"".join(parts)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError("an answer without a length")


@dataclass(frozen=True)
class Load:
    """Results of many clients: pages per second, and waiting times."""

    pages: int
    pages_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    errors: int  # socket errors and answers from 400 on


def many(
    url: str,
    clients: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    *,
    patience_ms: int = 0,
) -> Load:
    """Load one page with so many clients for so long.

    A client that is refused waits `patience_ms` before it asks again, as `Retry-After` says.
    """
    if not shutil.which("wrk"):
        install(["wrk"])
    found = shutil.which("wrk")
    if not found:
        raise RuntimeError(NO_WRK)
    command = [found, "-t1", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "30s"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    told = subprocess.run(  # noqa: S603  our own arguments
        [*command, "-s", str(SCRIPT), url, "--", str(patience_ms)],
        check=True,
        capture_output=True,
        text=True,
        timeout=seconds + 2 * TIMEOUT_S,
    )
    measured = json.loads(told.stdout.splitlines()[-1])
    return Load(**measured)
