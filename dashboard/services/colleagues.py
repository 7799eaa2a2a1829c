"""Staff as admins see them: who is there, and how each of them stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.services.ports import Clock
from dashboard.store import links, staff
from dashboard.store.database import Database
from dashboard.store.staff import StaffMember


class State(StrEnum):
    """How somebody stands."""

    ACTIVE = "active"
    INVITED = "invited"  # there is no password yet
    DISABLED = "disabled"


@dataclass(frozen=True)
class Colleague:
    """A member of staff as admins see them; `link_until` is the end of a link that is open."""

    member: StaffMember
    state: State
    link_until: datetime | None


class Colleagues:
    """Lists people."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def every(self) -> list[Colleague]:
        """Return all staff: by name, the disabled last."""
        with self._database.read() as connection:
            members = staff.every(connection)
            open_until = links.open_until(connection, self._clock())
        found = [_colleague(member, open_until) for member in members]
        return sorted(found, key=lambda each: (not each.member.active, each.member.name.lower()))

    def find(self, staff_id: int) -> Colleague | None:
        """Return the member with this id."""
        with self._database.read() as connection:
            member = staff.find_by_id(connection, staff_id)
            open_until = links.open_until(connection, self._clock())
        return _colleague(member, open_until) if member else None


def _colleague(member: StaffMember, open_until: dict[int, datetime]) -> Colleague:
    state = State.ACTIVE if member.password_hash else State.INVITED
    if not member.active:
        state = State.DISABLED
    return Colleague(member, state, open_until.get(member.id))
