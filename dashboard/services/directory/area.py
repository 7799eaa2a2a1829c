"""The area of the directory."""

from dataclasses import dataclass

from dashboard.services.directory.box import Box
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.links import KycLinks


@dataclass(frozen=True)
class DirectoryServices:
    """The services that find users in our own copy."""

    box: Box


def build_directory(base: Foundation, links: KycLinks) -> DirectoryServices:
    """Build the services of the area."""
    return DirectoryServices(box=Box(base.database, links))
