"""Who reads a list: what is theirs, and how they see users."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Reader:
    """A person who reads a list. Their days are those of `zone`.

    `names_hidden`: they see users masked, so a search finds whole values only. `hides_test_users`:
    no list or number has test users, but a whole value still finds one.
    """

    staff_id: int
    zone: ZoneInfo
    names_hidden: bool
    hides_test_users: bool = False
