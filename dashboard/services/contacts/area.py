"""Contacts with users."""

from dataclasses import dataclass

from dashboard.services.attempts.attempts import Attempts
from dashboard.services.contacts.cards import Cards
from dashboard.services.contacts.log import ContactLog
from dashboard.services.contacts.mail import UserMail
from dashboard.services.foundation import Foundation
from dashboard.services.ports import Mailer
from dashboard.services.texts.texts import TextSettings


@dataclass(frozen=True)
class ContactServices:
    """The services that reach users, and note that staff did."""

    cards: Cards
    log: ContactLog
    mail: UserMail


def build_contacts(
    base: Foundation,
    attempts: Attempts,
    texts: TextSettings,
    mailer: Mailer | None,
    *,
    mails_per_hour: int,
) -> ContactServices:
    """Build the services of the area."""
    return ContactServices(
        cards=Cards(base, texts),
        log=ContactLog(base),
        mail=UserMail(mailer, attempts, base, per_hour=mails_per_hour),
    )
