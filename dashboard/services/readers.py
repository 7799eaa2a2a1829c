"""Who reads a list: what is theirs, and how they see users."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Reader:
    """A person who reads a list. Their days are those of `zone`.

    `names_hidden`: they see users masked, so a search finds whole values only.
    """

    staff_id: int
    zone: ZoneInfo
    names_hidden: bool
