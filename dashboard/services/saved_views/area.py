"""What a member of staff comes back to: saved views, and users that they opened."""

from dataclasses import dataclass

from dashboard.services.foundation import Foundation
from dashboard.services.saved_views.palette import Palette
from dashboard.services.saved_views.views import SavedViews


@dataclass(frozen=True)
class SavedViewServices:
    """The services of saved views and of the command palette."""

    views: SavedViews
    palette: Palette


def build_saved_views(base: Foundation) -> SavedViewServices:
    """Build the services of the area."""
    return SavedViewServices(views=SavedViews(base), palette=Palette(base.database))
