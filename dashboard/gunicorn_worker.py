"""gunicorn's threaded worker, with a time limit on what comes before a request is there.

A thread would wait 5 s for the first byte of a connection, and for ever for the end of a head.
"""

import contextlib
import socket
import time

from gunicorn.workers.gthread import (  # type: ignore[import-untyped]  # it has none
    _DEFER,
    TConn,
    ThreadWorker,
)

FIRST_BYTE_S = 0.05  # after that the poller waits for it, which costs no thread
HEAD_S = 3.0


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """Gives no thread to an idle connection, and takes one back from a head that drips."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._heads: dict[TConn, float] = {}  # being read, each until when

    def handle(self, conn: TConn) -> object:
        """Read one request and answer it, in a thread of the pool."""
        if not conn.initialized and not conn.wait_for_data(FIRST_BYTE_S):
            return _DEFER
        self._heads[conn] = time.monotonic() + HEAD_S
        try:
            return super().handle(conn)
        finally:
            self._heads.pop(conn, None)

    def handle_request(self, req: object, conn: TConn) -> object:
        """Answer a request whose head is there."""
        self._heads.pop(conn, None)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Close what waits too long, once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in tuple(self._heads.items()):
            if until < now:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)  # the thread reads an end
