"""A deadline that holds: one thread a process shuts the socket of a call whose time is up.

A read timeout is none: it starts anew with every byte. Shutting the socket down wakes whatever
reads from it, be it a status line, a header, a chunk or a TLS record.
"""

import os
import socket
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from dashboard.partner.errors import UnavailableKind

_thread = threading.local()


class Deadline:
    """The time one call has, its attempts included, and the socket it waits on just now.

    Use it as a context manager; the connection finds it with `current()`. Once `passed` is true,
    whatever came back is not an answer: headers cut off by the shutdown parse as complete ones.
    """

    def __init__(self, seconds: float) -> None:
        self._started = time.monotonic()
        self.at = self._started + seconds
        self.sent = False
        self.fault: UnavailableKind | None = None
        self._cut = False
        self._lock = threading.Lock()
        self._line: socket.socket | None = None

    @property
    def left_s(self) -> float:
        """Seconds left, negative when there are none."""
        return self.at - time.monotonic()

    @property
    def took_ms(self) -> int:
        """Milliseconds since the call began."""
        return round((time.monotonic() - self._started) * 1000)

    @property
    def passed(self) -> bool:
        """Whether the time is up, whoever noticed first."""
        return self._cut or self.left_s <= 0

    def start_attempt(self) -> None:
        """Forget what was noted of the attempt before."""
        self.sent = False
        self.fault = None

    def watch(self, sock: socket.socket) -> None:
        """Let the watchdog shut this connection down.

        It gets a descriptor of its own: the connection may close its socket, or hand it to TLS,
        at any moment, and its number may then be another thread's.
        """
        line = socket.socket(sock.family, sock.type, sock.proto, os.dup(sock.fileno()))
        with self._lock:
            self._release()
            self._line = line
            if self._cut:
                self._shut()

    def cut(self) -> None:
        """End the call: for the watchdog."""
        with self._lock:
            self._cut = True
            self._shut()

    def _shut(self) -> None:
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # not connected yet, or not any more

    def _release(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def __enter__(self) -> Self:
        _thread.deadline = self
        _watchdog().add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _watchdog().remove(self)
        del _thread.deadline
        with self._lock:
            self._release()


def current() -> Deadline:
    """Return the deadline of the call this thread is making."""
    deadline: Deadline = _thread.deadline
    return deadline


class _Watchdog:
    """Sleeps until the earliest deadline, cuts what is overdue, sleeps again."""

    def __init__(self) -> None:
        self._calls: set[Deadline] = set()
        self._wakes_at = 0.0
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="partner-deadlines", daemon=True).start()

    def add(self, call: Deadline) -> None:
        with self._changed:
            self._calls.add(call)
            # Later deadlines are seen when it wakes anyway: no wake-up a call.
            if call.at < self._wakes_at:
                self._changed.notify()

    def remove(self, call: Deadline) -> None:
        with self._changed:
            self._calls.discard(call)

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


class _PerProcess:
    """A thread does not survive a fork: every process starts a watchdog with its first call."""

    def __init__(self) -> None:
        self.forget()
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        self._lock = threading.Lock()
        self._watchdog: _Watchdog | None = None

    def get(self) -> _Watchdog:
        if self._watchdog is None:
            with self._lock:
                self._watchdog = self._watchdog or _Watchdog()
        return self._watchdog


_watchdog = _PerProcess().get
