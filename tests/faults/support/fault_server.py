"""A raw-socket server on loopback that answers as a script says, and remembers what it was asked.

`server.on(script)` gives a base URL for a client; every request below it is answered by that
script. A script gets a `Conversation` and writes bytes, waits, or hangs up. A server without
scripts is the "evil" host: it only records.
"""

import contextlib
import itertools
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Recorded:
    """One request as it came."""

    verb: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Conversation:
    """One request's connection; `stopping` is set when the test is over."""

    sock: socket.socket
    request: Recorded
    stopping: threading.Event

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every_s: float = 0.02) -> None:
        for at in range(len(data)):
            if self.stopping.wait(every_s):
                return
            self.say(data[at : at + 1])

    def hang(self) -> None:
        self.stopping.wait()

    def reset(self) -> None:
        """Make the coming close send RST, not FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# Returns True to keep the connection for another request.
Script = Callable[[Conversation], bool | None]


@dataclass
class FaultServer:
    """The server; a context manager. `requests` and `connections` may be read at any time."""

    tls: ssl.SSLContext | None = None
    requests: list[Recorded] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._scripts: dict[str, Script] = {}
        self._names = itertools.count()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    @property
    def held(self) -> int:
        """Return how many connections it has not closed."""
        return len(self._open)

    @property
    def origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def on(self, script: Script) -> str:
        """Return a base URL below which this script answers."""
        name = str(next(self._names))
        self._scripts[name] = script
        return f"{self.origin.replace('localhost', '127.0.0.1')}/{name}"

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(sock)
            self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        # What a client does to its end (hanging up, mostly) is the point of these tests.
        with contextlib.suppress(OSError, ValueError):
            if self.tls:
                self._open.discard(sock)
                sock = self.tls.wrap_socket(sock, server_side=True)
                self._open.add(sock)
            while (request := _read_request(sock)) is not None:
                self.requests.append(request)
                script = self._scripts.get(request.path.split("/")[1])
                if script is None or not script(Conversation(sock, request, self._stopping)):
                    break
        sock.close()
        self._open.discard(sock)


def _read_request(sock: socket.socket) -> Recorded | None:
    with sock.makefile("rb") as stream:
        first = stream.readline().decode("latin-1").split()
        if len(first) < 2:
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return Recorded(first[0], first[1], headers, body)
