"""Whether a call may go out: not while an admin has stopped all, else as the breaker says."""

from dashboard.partner.errors import UnavailableKind
from dashboard.partner.gate import HeldBack, Ticket
from dashboard.partner.telemetry import CallResult
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.upstream.breaker import FAILURES, Breaker
from dashboard.store.db.database import StoreError


class CallGate:
    """A `Gate` that lets nothing out while frozen; a pair that is only tried has no breaker."""

    def __init__(self, credentials: ActiveCredentials, breaker: Breaker | None) -> None:
        self._credentials = credentials
        self._breaker = breaker

    def enter(self, credential: str, *, is_write: bool) -> Ticket | HeldBack:
        """Let nothing out while frozen; else ask the breaker.

        Raises:
            StoreError: the database cannot be read.

        """
        look = self._credentials.look_for_call(credential)
        if look.freeze:
            return HeldBack(UnavailableKind.FROZEN)
        if self._breaker is None:
            return Ticket(credential)
        return self._breaker.admit(credential, look.breaker, is_write=is_write)

    def is_shut(self) -> bool:
        """Say whether somebody has frozen meanwhile, so that not even a retry goes out."""
        try:
            return self._credentials.is_frozen()
        except StoreError:
            return True

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        """Tell the breaker; what a failed call changed is read anew for the page."""
        if result in FAILURES or ticket.was_failing:
            self._credentials.forget_look()
        if self._breaker:
            self._breaker.leave(ticket, result, retry_after_s)
