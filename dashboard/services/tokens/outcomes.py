"""What is asked of a token, and what becomes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from dashboard.services.attempts.conflicts import BusyElsewhere, InProgress, Superseded
from dashboard.services.tokens.jwt_claims import Claim


@dataclass(frozen=True)
class Purpose:
    """What a token is for, in the words of whoever asks."""

    reason: str
    ticket: str | None


@dataclass(frozen=True)
class Issued:
    """A token, for the one page that shows it."""

    token: str = field(repr=False)
    user_id: UUID
    email: str = field(repr=False)
    is_new_user: bool
    claims: tuple[Claim, ...]
    expires_at: datetime
    expiry_is_a_claim: bool
    fingerprint: str


@dataclass(frozen=True)
class IssuedBefore:
    """The same form issued a token earlier; it was shown once and is not kept."""

    at: datetime


@dataclass(frozen=True)
class MayExist:
    """The answer was lost: a token may exist until `until_at`, and nothing can look it up."""

    until_at: datetime


@dataclass(frozen=True)
class WasRefused:
    """The same form was sent before, and the API refused it."""

    at: datetime


Result = Issued | IssuedBefore | MayExist | WasRefused | InProgress | BusyElsewhere | Superseded
