"""Contacts with users."""

from dataclasses import dataclass

from dashboard.services.attempts.attempts import Attempts
from dashboard.services.contacts.log import ContactLog
from dashboard.services.contacts.mail import UserMail
from dashboard.services.foundation import Foundation
from dashboard.services.ports import Mailer


@dataclass(frozen=True)
class ContactServices:
    """The services that reach users, and note that staff did."""

    log: ContactLog
    mail: UserMail


def build_contacts(
    base: Foundation,
    attempts: Attempts,
    mailer: Mailer | None,
    *,
    mails_per_hour: int,
) -> ContactServices:
    """Build the services of the area."""
    return ContactServices(
        log=ContactLog(base),
        mail=UserMail(mailer, attempts, base, per_hour=mails_per_hour),
    )
