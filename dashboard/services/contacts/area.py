"""Contacts with users."""

from dataclasses import dataclass

from dashboard.services.contacts.log import ContactLog
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class ContactServices:
    """The services that reach users, and note that staff did."""

    log: ContactLog


def build_contacts(base: Foundation) -> ContactServices:
    """Build the services of the area."""
    return ContactServices(log=ContactLog(base))
