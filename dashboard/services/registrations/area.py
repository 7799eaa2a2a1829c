"""Registering users, and registrations whose answer was lost."""

from dataclasses import dataclass

from dashboard.partner.client import PartnerClient
from dashboard.services.attempts.area import AttemptServices
from dashboard.services.foundation import Foundation
from dashboard.services.registrations.lookup import Lookup
from dashboard.services.registrations.reconcile import RegistrationReconciler
from dashboard.services.registrations.register import Registrations
from dashboard.services.upstream.monitor import UpstreamMonitor


@dataclass(frozen=True)
class RegistrationServices:
    """The services that register users and reconcile lost registrations."""

    attempts: Registrations
    reconciler: RegistrationReconciler


def build_registrations(
    base: Foundation, client: PartnerClient, monitor: UpstreamMonitor, attempts: AttemptServices
) -> RegistrationServices:
    """Build the services of the area."""
    return RegistrationServices(
        attempts=Registrations(client, attempts.log, base),
        reconciler=RegistrationReconciler(
            Lookup(client, monitor), attempts.outcomes, attempts.log, base
        ),
    )
