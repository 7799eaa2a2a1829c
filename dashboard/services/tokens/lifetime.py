"""How long a token is valid."""

from datetime import datetime, timedelta

from dashboard.store.audit.chain import Outcome
from dashboard.store.audit.lines import AuditLine
from dashboard.store.tokens import rate as token_attempts

LIFETIME = timedelta(hours=1)  # contract: POST /auth/token
REFRESHABLE = timedelta(days=30)  # its refresh token, which the API keeps


def may_exist_until(line: AuditLine) -> datetime | None:
    """Return when a token whose response was lost would expire; None for every other entry."""
    lost = line.action in token_attempts.ACTIONS and line.outcome is Outcome.UNKNOWN
    return line.at + LIFETIME if lost else None
