"""The people who use the dashboard."""

from dataclasses import dataclass

from dashboard.services.auth.area import AuthSettings
from dashboard.services.foundation import Foundation
from dashboard.services.ports import Mailer
from dashboard.services.staff.activity import StaffActivity
from dashboard.services.staff.link_mail import LinkMail
from dashboard.services.staff.manage import Staff
from dashboard.services.staff.profiles import StaffProfiles


@dataclass(frozen=True)
class StaffServices:
    """The services for staff: members, their activity, and changes to them."""

    members: Staff
    profiles: StaffProfiles
    activity: StaffActivity
    link_mail: LinkMail


def build_staff(base: Foundation, settings: AuthSettings, mailer: Mailer | None) -> StaffServices:
    """Build the services of the area."""
    database, chain, clock = base.database, base.chain, base.clock
    idle, longest = settings.session_idle, settings.session_longest
    profiles = StaffProfiles(
        database, clock, idle=idle, longest=longest, factor_roles=settings.required_factor_roles
    )
    return StaffServices(
        members=Staff(
            database, chain, clock, by_password=settings.by_password, brand=settings.brand
        ),
        profiles=profiles,
        activity=StaffActivity(profiles, database, clock, idle=idle, longest=longest),
        link_mail=LinkMail(mailer),
    )
