"""What a token is for, and a token for its page."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

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
