"""Passwords of staff: Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane).

One thread a process hashes, and lets every other go first: a flood of log-ins must neither starve
the pages nor take 19 MiB a thread (ADR 19).
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

T = TypeVar("T")
MIN_LENGTH = 12
MAX_LENGTH = 256

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOW_PRIORITY = 10  # of nice
_NOBODY = _hasher.hash("nobody has this password")


class WeakPasswordError(ValueError):
    """The password is shorter than `MIN_LENGTH` or longer than `MAX_LENGTH` characters."""


def hash_password(password: str) -> str:
    """Return the hash to store.

    Raises:
        WeakPasswordError: too short or too long.

    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPasswordError(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters")
    return _in_turn(lambda: _hasher.hash(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether the password matches. Without a hash, the same work is done for nothing.

    Nobody has none, and an empty one stands for a member who has not chosen a password yet.
    """

    def compare() -> bool:
        try:
            return _hasher.verify(password_hash or _NOBODY, password[: MAX_LENGTH + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False

    return _in_turn(compare) and bool(password_hash)


class _Thread:
    """The one that hashes; after a fork another one, for threads stay with the parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = 0

    def run(self, work: Callable[[], T]) -> T:
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._pool = ThreadPoolExecutor(1, "passwords", _give_way)
        return self._pool.submit(work).result()


def _give_way() -> None:
    """Lower the priority of this thread, where threads have one of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOW_PRIORITY)


_in_turn = _Thread().run
