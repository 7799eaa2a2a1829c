"""Passwords of staff: Argon2id at OWASP's minimum (19 MiB, 2 passes, 1 lane).

One thread per process hashes, at low priority: a flood of log-ins must neither starve the pages
nor take 19 MiB per thread (ADR 19).
"""

import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

T = TypeVar("T")
MIN_LENGTH = 12
MAX_LENGTH = 256
LONGEST = 1024  # characters as typed, before they are normalised
_INVISIBLE = frozenset({"Cc", "Cf"})

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOW_PRIORITY = 10  # of nice
_NOBODY = _hasher.hash("nobody has this password")


@dataclass(frozen=True)
class NewPassword:
    """A password that may be set. Only `PasswordRules.accept` makes one."""

    text: str = field(repr=False)


def normalise(password: str) -> str:
    """Return the one spelling of a password: what is hashed, and compared.

    NFKC as NIST SP 800-63B has it, and any blank as a space as RFC 8265 has it. Invisible
    characters, which a paste brings along unseen, are left out.
    """
    typed = ((character, unicodedata.category(character)) for character in password)
    seen = (" " if kind == "Zs" else each for each, kind in typed if kind not in _INVISIBLE)
    return unicodedata.normalize("NFKC", "".join(seen))


def hash_password(password: NewPassword) -> str:
    """Return the hash to store."""
    return _in_turn(lambda: _hasher.hash(password.text))


def verify(password_hash: str | None, password: str) -> bool:
    """Return whether the password matches. Without a hash, the same work is done for nothing.

    An empty hash is that of a member who has not chosen a password yet. Hashes from before
    passwords were normalised match the password as typed. The number of comparisons depends
    only on what was typed: it tells nothing about the account.
    """
    spellings = dict.fromkeys((normalise(password[:LONGEST]), password))

    def compare() -> list[bool]:
        return [_matches(password_hash or _NOBODY, each[: MAX_LENGTH + 1]) for each in spellings]

    return any(_in_turn(compare)) and bool(password_hash)


def _matches(password_hash: str, spelling: str) -> bool:
    try:
        return _hasher.verify(password_hash, spelling)
    except (VerifyMismatchError, InvalidHashError):
        return False


class _Thread:
    """The hashing thread; a new one after a fork, because threads stay with the parent."""

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
