"""The audit log, and the budgets that keep it readable."""

from dataclasses import dataclass

from dashboard.services.audit.budgets import Budgets
from dashboard.services.audit.log import AuditLog
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class AuditServices:
    """The log, and who has reached a budget."""

    log: AuditLog
    budgets: Budgets


def build_audit(base: Foundation) -> AuditServices:
    """Build the services of the area."""
    return AuditServices(
        log=AuditLog(base.database, base.chain, base.clock),
        budgets=Budgets(base.database, base.chain, base.clock),
    )
