"""The simulator's time: that of the machine, moved forward by its controls."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

_machine = partial(datetime.now, UTC)


class Clock:
    """Tells the time to everything that the simulator says or decides."""

    def __init__(self, machine: Callable[[], datetime] = _machine) -> None:
        self._machine = machine
        self.moved = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return self._machine() + self.moved

    def move(self, by: timedelta) -> None:
        """Move forward; nothing that happened is undone."""
        self.moved += by

    def reset(self) -> None:
        """Return to the time of the machine."""
        self.moved = timedelta()

    def http_date(self, _timestamp: object = None) -> str:
        """Return the time in the form of a `Date` header (RFC 9110)."""
        return format_datetime(self(), usegmt=True)
