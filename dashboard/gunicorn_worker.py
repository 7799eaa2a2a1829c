"""gunicorn's threaded worker, with limits on what comes before a request and after its answer.

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
HIDDEN = "left out"
REST_S, REST_MAX = 2.0, 32 * 1024 * 1024  # of a body that no one read


class Worker(ThreadWorker):  # type: ignore[misc]  # it has no types
    """Gives no thread to an idle connection, and takes one back from a head that drips."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._heads: dict[TConn, float] = {}  # being read, each with its deadline

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001  gunicorn's
        """Accept connections or not; on stopping take those that wait, and close the listeners.

        An open listener would keep new ones waiting and reset them at the end, and a proxy sends no
        form twice. One that is refused a connection asks another server.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        stopped = [*self.sockets]
        self.sockets.clear()  # gunicorn may ask twice
        for listener in stopped:
            taken = -1
            while taken < self.nr_conns:
                taken = self.nr_conns
                self.accept(listener)
            listener.close()

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
        """Answer a request whose head is there, and read what is left of its body.

        A browser sends a form whole before it reads the answer: closed with bytes unread, the
        connection is reset, and a form that is too large shows the browser's own error page.
        """
        self._heads.pop(conn, None)
        goes_on = super().handle_request(req, conn)
        until = time.monotonic() + REST_S
        return conn.parser.finish_body(deadline=until, max_bytes=REST_MAX) and goes_on

    def handle_error(
        self, _req: object, client: socket.socket, addr: object, exc: Exception
    ) -> None:
        """Refuse what can't be read. Nothing of it is logged or sent back: it may be a secret."""
        for name, value in tuple(vars(exc).items()):
            if isinstance(value, str | bytes):
                setattr(exc, name, HIDDEN)
        super().handle_error(None, client, addr, exc)

    def murder_pending(self) -> None:
        """Close what waits too long, once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn, until in tuple(self._heads.items()):
            if until < now:
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)  # the thread reads an end
