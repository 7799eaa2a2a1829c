"""Who follows users up."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.foundation import Foundation
from dashboard.services.owners.ownership import Ownership
from dashboard.services.owners.snoozing import Snoozing


@dataclass(frozen=True)
class OwnerServices:
    """The services of owners and snoozes."""

    ownership: Ownership
    snoozing: Snoozing


def build_owners(base: Foundation, lapses: timedelta) -> OwnerServices:
    """Build the services of the area."""
    return OwnerServices(ownership=Ownership(base, lapses), snoozing=Snoozing(base))
