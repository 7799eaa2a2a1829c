"""A server that sends a byte now and then holds the doctor no longer than one that sends none."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from dashboard.services.diagnostics import front
from dashboard.services.diagnostics.front import Front

HEADERS = b"HTTP/1.1 200 OK\r\nX-Long: "
DRIPS = 150  # 15 seconds of them
PATIENCE_S = 0.5


@contextmanager
def dripping(begin: bytes) -> Iterator[int]:
    """Serve one call, a byte each 100 ms; give the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                line, _ = server.accept()
                with line:
                    line.sendall(begin)
                    for _ in range(DRIPS):
                        time.sleep(0.1)
                        line.sendall(b"x")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_headers_that_drip_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PATIENCE_S", PATIENCE_S)
    with dripping(HEADERS) as port:
        began = time.monotonic()
        with pytest.raises(OSError, match=r"timed out|EOF|closed|^$"):
            Front("https://127.0.0.1").get_plain("/login", port)
        assert time.monotonic() - began < 20 * PATIENCE_S
