"""Who follows users up."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.foundation import Foundation
from dashboard.services.owners.hand_over_mail import HandOverMail
from dashboard.services.owners.ownership import Ownership
from dashboard.services.owners.snoozing import Snoozing
from dashboard.services.ports import Mailer


@dataclass(frozen=True)
class OwnerServices:
    """The services of owners and snoozes."""

    ownership: Ownership
    snoozing: Snoozing
    hand_over_mail: HandOverMail


def build_owners(base: Foundation, lapses: timedelta, mailer: Mailer | None) -> OwnerServices:
    """Build the services of the area."""
    return OwnerServices(
        ownership=Ownership(base, lapses),
        snoozing=Snoozing(base),
        hand_over_mail=HandOverMail(base, mailer, lapses),
    )
