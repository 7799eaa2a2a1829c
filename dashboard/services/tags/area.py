"""Tags: the list that admins keep, and those of each user."""

from dataclasses import dataclass

from dashboard.services.foundation import Foundation
from dashboard.services.tags.tag_list import TagList
from dashboard.services.tags.user_tags import UserTags


@dataclass(frozen=True)
class TagServices:
    """The services of tags."""

    list: TagList
    users: UserTags


def build_tags(base: Foundation) -> TagServices:
    """Build the services of the area."""
    return TagServices(list=TagList(base), users=UserTags(base))
