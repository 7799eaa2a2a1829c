"""What follows for a row whose call did nothing: it ends, or waits and is tried again."""

from datetime import timedelta

from dashboard.mail import MailError
from dashboard.partner.errors import HELD_BACK, CredentialsRefused, RateLimited, Unavailable
from dashboard.services.attempts.operations import Failure
from dashboard.services.jobs.kinds import Later, RowEnd, RowResult
from dashboard.store.jobs.states import RowState

NOW = timedelta()
SHORTLY = timedelta(seconds=10)


def refused(error: Failure) -> RowResult:
    """Return what follows from a call that did nothing."""
    match error:
        case MailError():
            return RowEnd(RowState.REFUSED, "refused")
        case Unavailable(kind=kind) if kind in HELD_BACK:
            return Later(SHORTLY, is_used=True)
        case RateLimited():
            return Later(SHORTLY, is_used=True)
        case Unavailable() | CredentialsRefused():
            return Later(SHORTLY, is_used=True, is_try=True)
        case _:
            return RowEnd(RowState.REFUSED, "refused", said=error.reason)
