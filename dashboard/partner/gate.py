"""The gate of all calls: whether a call may go out, and with which keys.

The client asks a `Gate` before it sends anything and tells it how the call ended; what is held
back is `Unavailable` with nothing sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import UnavailableKind
from dashboard.partner.telemetry import CallResult


@dataclass(frozen=True)
class Ticket:
    """A call that may go out with these credentials, after those `refused` on the same call.

    `is_probe`: the call that probes whether the upstream is back. `was_failing`
    says that calls before it had failed, so that its success is news. Others wait for a probe
    until `probe_until_at`; then another one goes out.
    """

    credentials: Credentials
    refused: tuple[Credentials, ...] = ()
    is_probe: bool = False
    was_failing: bool = False
    probe_until_at: datetime | None = None


@dataclass(frozen=True)
class HeldBack:
    """A call that may not go out, and after how many seconds it may be asked for again."""

    kind: UnavailableKind
    retry_after_s: float | None = None


class Gate(Protocol):
    """Decides for all processes together. Only `enter` may raise."""

    def enter(self, *, is_write: bool) -> Ticket | HeldBack:
        """Ask for a call with the credentials in use."""

    def next_after(self, refused: Ticket) -> Ticket | None:
        """Return another ticket for a read, where the API refused these credentials."""

    def accepted(self, ticket: Ticket) -> None:
        """Note that the API accepts the credentials of a ticket that `next_after` gave."""

    def is_shut(self) -> bool:
        """Return whether nothing may go out at all, not even the next try of a call in progress."""

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Report how the call ended."""


class OpenGate:
    """Lets every call out with the same credentials: for a client on its own, as the doctor's."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def enter(self, *, is_write: bool) -> Ticket | HeldBack:  # noqa: ARG002  the protocol's
        """Return a ticket: every call may go out."""
        return Ticket(self._credentials)

    def next_after(self, refused: Ticket) -> Ticket | None:  # noqa: ARG002  the protocol's
        """Return nothing: there are no other credentials."""
        return None

    def accepted(self, ticket: Ticket) -> None:
        """Do nothing: there are no other credentials."""

    def is_shut(self) -> bool:
        """Return False: it is never shut."""
        return False

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Do nothing: results are not counted."""
