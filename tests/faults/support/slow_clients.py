"""Clients that hold connections: heads and bodies that drip, and connections that say nothing."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence

Connect = Callable[[], socket.socket]
HEAD = b"GET /login HTTP/1.1\r\nHost: localhost\r\nX-Drip: "
BODY = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
DRIP_S = 0.2


def connecting(port: int, *, over_tls: bool = False) -> Connect:
    """Return what opens a connection to this port of loopback."""

    def connect() -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", port), timeout=60)
        if not over_tls:
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain, server_hostname="localhost")

    return connect


@contextlib.contextmanager
def idle(connect: Connect, count: int) -> Iterator[Sequence[socket.socket]]:
    """Hold connections that say nothing."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(connect()) for _ in range(count)]


@contextlib.contextmanager
def dripping(connect: Connect, count: int, start: bytes) -> Iterator[None]:
    """Hold connections that send a byte every now and then; one that is closed is opened again."""
    stopping = threading.Event()

    def drip() -> None:
        while not stopping.is_set():
            with contextlib.suppress(OSError), connect() as client:
                client.sendall(start)
                while not stopping.wait(DRIP_S):
                    client.sendall(b"a")

    threads = [threading.Thread(target=drip) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        stopping.wait(1)  # all of them are there
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
