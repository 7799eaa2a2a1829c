"""The story of users: what is told of one, and who opened which."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.foundation import Foundation
from dashboard.services.story.story import Stories
from dashboard.services.story.visits import OpeningLog


@dataclass(frozen=True)
class StoryServices:
    """The services of stories."""

    stories: Stories
    visits: OpeningLog


def build_story(base: Foundation, *, link_ttl: timedelta, visits_kept: timedelta) -> StoryServices:
    """Build the services of the area."""
    return StoryServices(
        stories=Stories(base.database, base.clock, link_ttl=link_ttl),
        visits=OpeningLog(base.database, base.clock, kept=visits_kept),
    )
