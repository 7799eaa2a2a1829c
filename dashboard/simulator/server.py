"""The simulator under gunicorn: a server with keep-alive, on loopback only."""

import os
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import Flask
from gunicorn import util  # type: ignore[import-untyped]  # it has none
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it has none
from gunicorn.workers.base import Worker  # type: ignore[import-untyped]  # it has none

from dashboard.simulator.app import create_simulator
from dashboard.simulator.settings import SimulatorSettings
from dashboard.simulator.state.clock import Clock
from dashboard.simulator.state.users import UserStore

HOST = "127.0.0.1"
THREADS = 64  # one that hangs or drips keeps its own
KEEP_ALIVE_S = 30
_STOP_S = 1


class PortTaken(Exception):  # noqa: N818  the name agreed with those who catch it
    """Something else listens on this port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken.")
        self.port = port


def serve(
    settings: SimulatorSettings, port: int, *, ready: Callable[[int], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT. Port 0 is any; `ready` gets the real one.

    Raises PortTaken before anything is started, and sqlite3.Error if no database can be made.
    """
    owner = os.getpid()
    # The people are made here, so that a file which cannot be used is an error here; the worker
    # opens it again, since no connection of SQLite may cross a fork.
    with _listen(port) as listener, closing(UserStore(settings)):
        real_port = listener.getsockname()[1]
        descriptor = listener.detach()

    def serves(worker: Worker) -> None:
        if ready and worker.age == 1:  # the first one, which has made its application
            ready(real_port)

    options = {
        "bind": f"fd://{descriptor}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "keepalive": KEEP_ALIVE_S,
        "graceful_timeout": _STOP_S,
        "control_socket_disable": True,
        "loglevel": "warning",
        "post_worker_init": serves,
    }
    try:
        _Server(settings, options).run()
    except SystemExit as ended:
        # gunicorn ends by exiting, its worker (a fork, in this same frame) too.
        if ended.code or os.getpid() != owner:
            raise


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, settings: SimulatorSettings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        clock = Clock()
        util.http_date = clock.http_date  # gunicorn writes the `Date` header itself
        return create_simulator(self._settings, clock)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise PortTaken(port) from None
    return listener
