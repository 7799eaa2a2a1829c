"""A hard deadline: one thread per process shuts the socket of a call whose time is up.

A read timeout is no deadline: it restarts with every byte. Shutting the socket down wakes whatever
reads from it, be it a status line, a header, a chunk or a TLS record.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

from dashboard.partner.errors import UnavailableKind


@dataclass(eq=False)
class Deadline:
    """The time one call has, its attempts included, and the sockets it waits on.

    Times are those of `time.monotonic()`. Once none is left, whatever came back is not an answer:
    headers cut off by the shutdown parse as complete ones. `sent` and `fault` are the attempt's.
    """

    started: float
    at: float
    sent: bool = False
    fault: UnavailableKind | None = None
    lines: list[socket.socket] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def left_s(self) -> float:
        """Seconds left, negative when there are none."""
        return self.at - time.monotonic()

    def watch(self, sock: socket.socket) -> None:
        """Let the watchdog shut this connection down.

        It gets a descriptor of its own: the connection may close its socket, or hand it to TLS,
        at any moment, and its number may then be another thread's.
        """
        line = socket.socket(sock.family, sock.type, sock.proto, os.dup(sock.fileno()))
        with self.lock:
            self.lines.append(line)
        if self.left_s <= 0:
            self.cut()

    def cut(self) -> None:
        """End what the call waits for."""
        with self.lock:
            for line in self.lines:
                with suppress(OSError):  # not connected yet, or not any more
                    line.shutdown(socket.SHUT_RDWR)


current: ContextVar[Deadline] = ContextVar("deadline")  # of the call that is being made


class _Watchdog:
    """Sleeps until the earliest deadline, cuts what is overdue, sleeps again.

    A thread does not survive a fork: every process starts one with its first call.
    """

    def __init__(self) -> None:
        self._start_over()
        os.register_at_fork(after_in_child=self._start_over)

    def _start_over(self) -> None:
        self._calls: set[Deadline] = set()
        self._wakes_at = 0.0
        self._changed = threading.Condition()
        self._is_running = False

    @contextmanager
    def limit(self, seconds: float) -> Iterator[Deadline]:
        """Give a call its time; the connection finds it in `current`."""
        now = time.monotonic()
        call = Deadline(now, now + seconds)
        with self._changed:
            if not self._is_running:
                threading.Thread(target=self._run, name="partner-deadlines", daemon=True).start()
                self._is_running = True
            self._calls.add(call)
            # Later deadlines are seen when it wakes anyway: no wake-up per call.
            if call.at < self._wakes_at:
                self._changed.notify()
        outer = current.set(call)
        try:
            yield call
        finally:
            current.reset(outer)
            with self._changed:
                self._calls.discard(call)
            with call.lock:
                for line in call.lines:
                    line.close()

    def _run(self) -> None:
        while True:
            for call in self._wait():
                call.cut()

    def _wait(self) -> list[Deadline]:
        with self._changed:
            self._wakes_at = min((call.at for call in self._calls), default=float("inf"))
            idle = self._wakes_at == float("inf")
            self._changed.wait(None if idle else max(self._wakes_at - time.monotonic(), 0))
            now = time.monotonic()
            overdue = [call for call in self._calls if call.at <= now]
            self._calls.difference_update(overdue)
            return overdue


time_limit = _Watchdog().limit
