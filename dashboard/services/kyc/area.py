"""Identity verification: starts, imported links, and outcomes that were lost."""

from dataclasses import dataclass

from dashboard.partner.client import PartnerClient
from dashboard.services.attempts.area import AttemptServices
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.link_import import KycImport
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.kyc.start import KycStarts
from dashboard.services.kyc_links import KycLinks


@dataclass(frozen=True)
class KycServices:
    """The KYC services: starts, imported links, and reconciliation of lost starts."""

    starts: KycStarts
    imports: KycImport
    reconciler: KycReconciler


def build_kyc(
    base: Foundation, client: PartnerClient, attempts: AttemptServices, links: KycLinks
) -> KycServices:
    """Build the services of the area."""
    reconciler = KycReconciler(attempts.outcomes, base.database, base.clock)
    return KycServices(
        starts=KycStarts(client, attempts.log, reconciler, base),
        imports=KycImport(base.database, base.chain, base.clock, links),
        reconciler=reconciler,
    )
