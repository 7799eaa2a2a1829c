"""A person's own account."""

from dataclasses import dataclass

from dashboard.services.account.preferences import Account
from dashboard.services.account.sessions import OwnSessions
from dashboard.services.auth.area import AuthServices
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class AccountServices:
    """Preferences and sessions of the person who asks."""

    preferences: Account
    sessions: OwnSessions


def build_account(base: Foundation, auth: AuthServices) -> AccountServices:
    """Build the services of the area."""
    database, chain, clock = base.database, base.chain, base.clock
    return AccountServices(
        preferences=Account(database, chain, auth.throttle, auth.password_rules, clock),
        sessions=OwnSessions(auth.sessions, database, chain, clock),
    )
