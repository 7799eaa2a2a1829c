"""Staff as admins see them: the members and their state."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from dashboard.services.auth.one_time_links import every_open
from dashboard.services.ports import Clock
from dashboard.store.auth import sessions
from dashboard.store.auth.one_time_links import OpenLink
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember


class State(StrEnum):
    """The state of a member."""

    ACTIVE = "active"
    INVITED = "invited"  # never logged in
    OUTSIDE = "outside"  # logged in before; can log in again only by a link
    DISABLED = "disabled"


@dataclass(frozen=True)
class StaffProfile:
    """A member of staff as admins see them.

    `link` is one that was made and not used, `sessions` how many they have open, and
    `factor_roles` which of their roles must use a second factor.
    """

    member: StaffMember
    link: OpenLink | None
    sessions: int
    factor_roles: frozenset[str]

    @property
    def state(self) -> State:
        """Return their state."""
        if not self.member.active:
            return State.DISABLED
        if self.member.can_come_in():
            return State.ACTIVE
        return State.INVITED if self.member.seen_at is None else State.OUTSIDE

    @property
    def lacks_second_factor(self) -> bool:
        """Return whether they must set one up before they can work."""
        required = self.factor_roles or self.member.second_factor_required
        return bool(required) and not self.member.has_second_factor


class StaffProfiles:
    """Lists people. `factor_roles` are the roles that must use a second factor."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        idle: timedelta,
        longest: timedelta,
        factor_roles: Collection[str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle
        self._longest = longest
        self._factor_roles = frozenset(factor_roles)

    def every(self) -> list[StaffProfile]:
        """Return all staff, by email."""
        with self._database.read() as connection:
            return self._look(connection, staff.every(connection))

    def find(self, staff_id: int) -> StaffProfile | None:
        """Return the member with this id."""
        with self._database.read() as connection:
            member = staff.find_by_id(connection, staff_id)
            found = self._look(connection, [member] if member else [])
        return next(iter(found), None)

    def _look(self, connection: Transaction, members: Iterable[StaffMember]) -> list[StaffProfile]:
        now = self._clock()
        made = every_open(connection, now)
        counts = sessions.counts(connection, now - self._idle, now - self._longest)
        return [
            StaffProfile(
                member,
                made.get(member.id),
                counts.get(member.id, 0) if member.active else 0,
                self._factor_roles & member.roles,
            )
            for member in members
        ]
