"""Interfaces that services need, passed in when they are built."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import Answer, User, UserPage
from dashboard.partner.telemetry import CallMeter, CallRecord

Clock = Callable[[], datetime]
"""The current time, aware, in UTC."""


class Mailer(Protocol):
    """Where mail is handed in."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand in one mail of plain text; raises MailError."""


class UserSource(Protocol):
    """Where users come from: the live API."""

    def list_users(self, query: UserQuery) -> Answer[UserPage]:
        """Return one page; raises PartnerError."""

    def get_user(self, user_id: UUID) -> Answer[User]:
        """Return one user; raises PartnerError."""


class Meter(CallMeter):
    """Hears of everything that metrics count; this one counts nothing."""

    def answered(self, endpoint: str | None, status: int, took_s: float) -> None:
        """Hear of an answer to a browser; no endpoint where there is no such page."""

    def called(self, call: CallRecord) -> None:
        """Hear of a call to the API that was made."""

    def recorded(self, action: str, outcome: str) -> None:
        """Hear of what the audit log records, once it lasts."""
