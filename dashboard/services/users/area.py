"""The API's users."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.partner.client import PartnerClient
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.recorder.budgets import Budget, BudgetKind
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.users.erasure import Erasure, Forget
from dashboard.services.users.openings import Openings
from dashboard.services.users.reveal import PiiReveals
from dashboard.services.users.search import Users


@dataclass(frozen=True)
class UserServices:
    """The services that find users, reveal their personal data, and erase it."""

    api: Users
    openings: Openings
    erasure: Erasure
    reveals: PiiReveals


@dataclass(frozen=True)
class UserSettings:
    """The configuration of users' pages."""

    views_per_hour: int
    reveals_per_hour: int
    link_ttl: timedelta
    retention: timedelta


def build_users(
    base: Foundation,
    settings: UserSettings,
    client: PartnerClient,
    monitor: UpstreamMonitor,
    kyc: KycReconciler,
    forget: Forget,
) -> UserServices:
    """Build the services of the area."""
    database, clock = base.database, base.clock
    openings = Openings(database, clock, Budget(BudgetKind.USER_VIEWS, settings.views_per_hour))
    reveals = Budget(BudgetKind.REVEALS, settings.reveals_per_hour)
    return UserServices(
        api=Users(client, base, monitor, kyc, openings, link_ttl=settings.link_ttl),
        openings=openings,
        erasure=Erasure(database, base.chain, clock, settings.retention, forget),
        reveals=PiiReveals(database, base.chain, clock, reveals),
    )
