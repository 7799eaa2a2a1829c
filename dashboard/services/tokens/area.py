"""Users' tokens."""

from dataclasses import dataclass

from dashboard.partner.client import PartnerClient
from dashboard.services.attempts.area import AttemptServices
from dashboard.services.foundation import Foundation
from dashboard.services.tokens.hourly_limit import IN_PRODUCTION, TokenLimit
from dashboard.services.tokens.issue import Tokens
from dashboard.services.tokens.looks import UserLooks


@dataclass(frozen=True)
class TokenServices:
    """The services that issue tokens, look with them (None if off), and limit both per hour."""

    issuer: Tokens
    looks: UserLooks | None
    limit: TokenLimit


def build_tokens(
    base: Foundation,
    client: PartnerClient,
    attempts: AttemptServices,
    *,
    in_production: bool,
    looks_at_once: int,
) -> TokenServices:
    """Build the services of the area: only production has a limit, and 0 looks are off."""
    limits = IN_PRODUCTION if in_production else {}
    limit = TokenLimit(limits, base.database, base.chain, base.clock)
    tokens = Tokens(client, attempts.log, limit, base)
    looks = UserLooks(tokens, client, base.clock, looks_at_once) if looks_at_once else None
    return TokenServices(tokens, looks, limit)
