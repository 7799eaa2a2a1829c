"""The end of a web process: gunicorn may ask it more than once to accept no more connections."""

import selectors
import socket

import pytest

from dashboard.gunicorn_worker import Worker


class Listener:
    """As gunicorn's own: closed, it has no socket, and answers nothing."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock: socket.socket | None = sock
        sock.setblocking(False)

    def __getattr__(self, name: str) -> object:
        return getattr(self.sock, name)

    def close(self) -> None:
        assert self.sock
        self.sock.close()
        self.sock = None


@pytest.mark.parametrize("asked", [(False, False), (True, False), (True, False, False)])
def test_a_worker_that_stops_closes_its_listeners_once(asked: tuple[bool, ...]) -> None:
    worker = Worker.__new__(Worker)
    with socket.create_server(("127.0.0.1", 0)) as real, selectors.DefaultSelector() as poller:
        listener = Listener(real)
        state = {"alive": False, "sockets": [listener], "nr_conns": 0, "_accepting": False}
        worker.__dict__.update(state, poller=poller)
        for enabled in asked:
            worker.set_accept_enabled(enabled)
        assert listener.sock is None
        assert worker.sockets == []
        assert not poller.get_map()
