"""The desk: its list, and what keeps it right."""

from dataclasses import dataclass

from dashboard.services.desk.desk import Desk
from dashboard.services.desk.settings import DeskSettings
from dashboard.services.directory.area import DirectoryServices
from dashboard.services.foundation import Foundation


@dataclass(frozen=True)
class DeskServices:
    """The list of the desk."""

    list: Desk


def build_desk(
    base: Foundation, settings: DeskSettings, directory: DirectoryServices
) -> DeskServices:
    """Build the services of the area."""
    desk = Desk(base.database, base.clock, settings, directory.places, directory.box)
    return DeskServices(list=desk)
