"""The call gate: no call goes out while calls are paused; otherwise the breaker decides."""

from collections.abc import Callable
from dataclasses import replace

from dashboard.partner.credentials import Credentials
from dashboard.partner.errors import UnavailableKind
from dashboard.partner.gate import HeldBack, OpenGate, Ticket
from dashboard.partner.telemetry import CallResult
from dashboard.services.credentials.active import ActiveCredentials, CallStatus
from dashboard.services.upstream.breaker import FAILURES, Breaker
from dashboard.store.db.database import StoreError

FROZEN = HeldBack(UnavailableKind.FROZEN)
UNREAD = HeldBack(UnavailableKind.UNREAD)
StatusObserver = Callable[[CallStatus | None], None]


def ignore_status(status: CallStatus | None) -> None:
    """Observe nothing: there is no page."""


class CallGate:
    """A `Gate` over the credentials in use and their breaker.

    `observer` is told what each call read of the calls' status, and None once that is out of date.
    """

    def __init__(
        self, credentials: ActiveCredentials, breaker: Breaker, observer: StatusObserver
    ) -> None:
        self._credentials = credentials
        self._breaker = breaker
        self._observer = observer

    def enter(self, *, is_write: bool) -> Ticket | HeldBack:
        """Hold back every call while paused; otherwise ask the breaker of the credentials in use.

        A write whose attempt is recorded must end as one that was not sent, so it is held back.

        Raises:
            StoreError: the database cannot be read, for a read.

        """
        try:
            pair, status = self._credentials.look()
        except StoreError:
            if is_write:
                return UNREAD
            raise
        self._observer(status)
        if status.freeze:
            return FROZEN
        return self._breaker.admit(pair, status.breaker, is_write=is_write)

    def next_after(self, refused: Ticket) -> Ticket | None:
        """Return the next of the other credentials that their breaker lets out."""
        tried = (*refused.refused, refused.credentials)
        try:
            for pair in self._credentials.find_others(tried):
                ticket = self._breaker.enter(pair, is_write=False)
                if isinstance(ticket, Ticket):
                    return replace(ticket, refused=tried)
        except StoreError:
            return None  # the caller reports the refusal itself
        return None

    def accepted(self, ticket: Ticket) -> None:
        """Switch to the credentials of the ticket, in place of those that were refused."""
        self._credentials.fall_back(ticket.refused, ticket.credentials)

    def is_shut(self) -> bool:
        """Return whether calls are paused by now, so that not even a retry goes out."""
        return _is_frozen(self._credentials)

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Tell the breaker."""
        if result in FAILURES or ticket.was_failing:
            self._observer(None)
        self._breaker.leave(ticket, result, retry_after_s)


class TrialGate(OpenGate):
    """The gate for testing a pair that is not in use, unless all calls are paused."""

    def __init__(self, pair: Credentials, credentials: ActiveCredentials) -> None:
        super().__init__(pair)
        self._active = credentials

    def enter(self, *, is_write: bool) -> Ticket | HeldBack:
        """Let nothing out while frozen.

        Raises:
            StoreError: the database cannot be read.

        """
        return FROZEN if self._active.is_frozen() else super().enter(is_write=is_write)

    def is_shut(self) -> bool:
        """Return whether calls are frozen by now."""
        return _is_frozen(self._active)


def _is_frozen(credentials: ActiveCredentials) -> bool:
    """Return whether calls are frozen; also where that cannot be read."""
    try:
        return credentials.is_frozen()
    except StoreError:
        return True
