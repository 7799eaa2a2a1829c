"""How many passwords may wait for their hash in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Places:
    """Places in the hashing queue, of two kinds: a flood from elsewhere takes no known place.

    Addresses that someone has logged in from are known. Each kind has `at_once` places.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = Lock()
        self._taken = {True: 0, False: 0}

    def are_taken(self, *, known: bool) -> bool:
        """Return whether there is no free place just now."""
        return self._taken[known] >= self._at_once

    @contextmanager
    def take(self, *, known: bool) -> Iterator[bool]:
        """Hold a place; yield whether one was free."""
        with self._lock:
            is_free = not self.are_taken(known=known)
            self._taken[known] += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._taken[known] -= is_free
