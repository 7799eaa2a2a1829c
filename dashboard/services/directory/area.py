"""The directory of users."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.directory.listing import Directory
from dashboard.services.directory.places import Places
from dashboard.services.directory.status import StatusReader
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class DirectoryServices:
    """The services that list users from our own copy and keep it."""

    listing: Directory
    places: Places
    status: StatusReader


def build_directory(base: Foundation, *, is_on: bool, link_ttl: timedelta) -> DirectoryServices:
    """Build the services of the area."""
    places = Places(base.encryptor(KeyPurpose.PLACE))
    status = StatusReader(base.database, is_on=is_on)
    return DirectoryServices(
        listing=Directory(base.database, base.clock, places, status, link_ttl=link_ttl),
        places=places,
        status=status,
    )
