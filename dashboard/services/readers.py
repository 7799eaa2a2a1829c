"""Who reads a list: what is theirs, and how they see users."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboard.store.db.database import Transaction
from dashboard.store.directory.owning import NO_ONE
from dashboard.store.staff import members

OF_ME, OF_NO_ONE = "me", "none"
"""What filters call the reader as owner, and no owner at all; anyone else has an email."""


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

    def owners(self, connection: Transaction, named: str) -> frozenset[int] | None:
        """Return the numbers of the owners that a filter names, None for any."""
        if not named:
            return None
        if named == OF_ME:
            return frozenset({self.staff_id})
        return NO_ONE if named == OF_NO_ONE else members.ids(connection, named)
