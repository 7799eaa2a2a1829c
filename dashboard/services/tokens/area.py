"""Users' tokens."""

from dataclasses import dataclass

from dashboard.crypto.keyring import KeyPurpose
from dashboard.partner.client import PartnerClient
from dashboard.services.attempts.area import AttemptServices
from dashboard.services.foundation import Foundation
from dashboard.services.tokens.fingerprints import Fingerprints
from dashboard.services.tokens.hourly_limit import IN_PRODUCTION, TokenLimit
from dashboard.services.tokens.issue import Tokens
from dashboard.services.tokens.looks import UserLooks
from dashboard.services.tokens.receipts import Receipts


@dataclass(frozen=True)
class TokenServices:
    """The services that issue tokens, look with them (None: off), find receipts, and limit both."""

    issuer: Tokens
    looks: UserLooks | None
    receipts: Receipts
    limit: TokenLimit


def build_tokens(
    base: Foundation,
    client: PartnerClient,
    attempts: AttemptServices,
    *,
    in_production: bool,
    looks_at_once: int,
) -> TokenServices:
    """Build the services of the area: only production has a limit, and 0 turns looks off."""
    limits = IN_PRODUCTION if in_production else {}
    limit = TokenLimit(limits, base.database, base.chain, base.clock)
    fingerprints = Fingerprints(base.keyring.keys(KeyPurpose.FINGERPRINT))
    issuer = Tokens(client, attempts.log, limit, fingerprints, base)
    looks = UserLooks(issuer, client, base.clock, looks_at_once) if looks_at_once else None
    return TokenServices(issuer, looks, Receipts(base, fingerprints), limit)
