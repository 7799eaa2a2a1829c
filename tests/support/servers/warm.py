"""Processes of ours that start warm: forks of one that has imported the product.

An import takes far longer than what most tests ask of a process. A fork has its own settings,
folder, clock and connections, and can be killed. What is about the start itself, or about other
code than this, runs `python -m` instead.
"""

import atexit
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from tests.support.servers import compiled_pages

ROOT = Path(__file__).parents[3]
POLL_S = 0.02
ORDER_MAX = 128 * 1024
PRELOADED = (
    "dashboard.app",
    "dashboard.cli.main",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
)
_asking = threading.Lock()


@dataclass
class WarmProcess:
    """What a test needs of a process; `returncode` is None until its end is known."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it runs."""
        if self.returncode is None:
            self.returncode = _ask({"poll": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        until = time.monotonic() + (timeout or float("inf"))
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(POLL_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(
    command: Sequence[str], environ: Mapping[str, str], out: int, err: int, cwd: Path = ROOT
) -> WarmProcess:
    """Run `python -m` with this command; its output goes to these files."""
    order = {"command": [*command], "environ": {**environ}, "cwd": str(cwd)}
    return WarmProcess(_ask(order, [out, err]))


def _ask(order: Mapping[str, object], files: Sequence[int] = ()) -> Any:  # noqa: ANN401  JSON
    with _asking:
        line = _parent()
        socket.send_fds(line, [json.dumps(order).encode()], files)
        return json.loads(line.recv(ORDER_MAX))


@cache
def _parent() -> socket.socket:
    """Start the process that has imported it all; it ends when the other end of this closes."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(  # noqa: S603  our own command, no shell
            [sys.executable, "-m", __name__, str(theirs.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def serve(line: socket.socket) -> None:
    """Fork as often as asked to."""
    for name in PRELOADED:
        importlib.import_module(name)
    Flask.jinja_options = compiled_pages.options()
    assert threading.active_count() == 1, "a fork has no other threads"
    while True:
        order, files, _, _ = socket.recv_fds(line, ORDER_MAX, 2)
        if not order:
            return
        asked = json.loads(order)
        if "poll" in asked:
            line.send(json.dumps(_ended(asked["poll"])).encode())
            continue
        pid = os.fork()
        if not pid:
            line.close()
            _become(files, **asked)
            return
        for file in files:
            os.close(file)
        line.send(json.dumps(pid).encode())


def _ended(pid: int) -> int | None:
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def _become(files: Sequence[int], command: list[str], environ: dict[str, str], cwd: str) -> None:
    """Be what `python -m` with this command is."""
    for file, standard in zip(files, (1, 2), strict=True):
        os.dup2(file, standard)
        os.close(file)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    module, *sys.argv[1:] = command
    if module == "gunicorn":  # it would first try, in a cold process, whether the dashboard starts
        vars(importlib.import_module("dashboard.gunicorn"))["subprocess"] = _Untried
    runpy.run_module(module, run_name="__main__", alter_sys=True)


class _Untried:
    """The module `subprocess`, whose commands all end well."""

    @staticmethod
    def run(command: Sequence[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
