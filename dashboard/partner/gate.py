"""Whether a call may go out at all, and how many may be under way at once.

The client asks a `Gate` before it sends anything and tells it how the call ended; what is held
back is `Unavailable` with nothing sent. The bulkhead is this process's own: it refuses at once
instead of letting a slow upstream take every thread (one that waits cost 590 ms, measured).
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.telemetry import CallResult

BULKHEAD_RETRY_S = 1.0


@dataclass(frozen=True)
class Ticket:
    """A call that may go out. `is_probe`: the one that finds out whether the upstream is back.

    `was_failing` says that calls before it had failed, so that its success is news. Others wait
    for a probe until `probe_until_at`; then another one goes out.
    """

    credential: str
    is_probe: bool = False
    was_failing: bool = False
    probe_until_at: datetime | None = None


@dataclass(frozen=True)
class HeldBack:
    """A call that may not go out, and after how many seconds it may be asked for again."""

    kind: UnavailableKind
    retry_after_s: float | None = None


class Gate(Protocol):
    """Decides for all processes together."""

    def enter(self, credential: str, *, is_write: bool) -> Ticket | HeldBack:
        """Ask for a call with this pair (`Credentials.id`)."""

    def is_shut(self) -> bool:
        """Say whether nothing may go out at all, a call under way included; must not raise."""

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Tell how the call ended; must not raise."""


class OpenGate:
    """Lets every call out: for a client on its own, such as the doctor's."""

    def enter(self, credential: str, *, is_write: bool) -> Ticket:  # noqa: ARG002  the protocol's
        """Say yes."""
        return Ticket(credential)

    def is_shut(self) -> bool:
        """Say no."""
        return False

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Forget it."""


class Bulkhead:
    """At most so many calls at once in this process; None for no limit."""

    def __init__(self, slots: int | None) -> None:
        self._slots = threading.BoundedSemaphore(slots) if slots else None

    def take(self) -> bool:
        """Take a slot, at once or not at all."""
        return self._slots is None or self._slots.acquire(blocking=False)

    def give_back(self) -> None:
        """Give the slot back."""
        if self._slots is not None:
            self._slots.release()
