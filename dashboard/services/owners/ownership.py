"""Owners of users: who follows them up, who hands them over, and when ownership lapses."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.permissions import Permission, permissions
from dashboard.services.readers import OF_ME, OF_NO_ONE
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.db.database import Transaction
from dashboard.store.directory.owning import follow_up_times
from dashboard.store.notes import book
from dashboard.store.owners import follow_ups, owners
from dashboard.store.owners.owners import Owner
from dashboard.store.owners.snoozes import Snooze
from dashboard.store.staff import members
from dashboard.store.staff.members import StaffMember
from dashboard.store.users import known

HOUR = timedelta(hours=1)

__all__ = ["FollowUp", "Given", "Owner", "OwnerChange", "Ownership", "Snooze"]


@dataclass(frozen=True)
class FollowUp:
    """Who follows a user up. An owner lapses `lapses_h` hours after what they did last."""

    owner: Owner | None
    lapses_at: datetime | None
    has_lapsed: bool
    lapses_h: int
    snooze: Snooze | None

    @property
    def owner_id(self) -> int | None:
        """The number of the owner, lapsed or not."""
        return self.owner.staff_id if self.owner else None


@dataclass(frozen=True)
class OwnerChange:
    """Another owner: `OF_ME`, `OF_NO_ONE` or the email of a colleague, with a note for them.

    `seen` is the number of the owner whom the person saw, None for no one.
    """

    to: str
    seen: int | None
    note: str = ""


class Given(Enum):
    """The result of a change of owner."""

    DONE = auto()
    NO_SUCH_USER = auto()
    CANNOT_OWN = auto()
    NO_NOTE = auto()
    ALREADY = auto()  # the user has this owner, or none as wanted
    WITHDRAWN = auto()  # it should no longer be done; nothing was changed
    OVERTAKEN = auto()  # another person was quicker: the owner is not whom the person saw


class Ownership:
    """Keeps who owns whom."""

    def __init__(self, base: Foundation, lapses: timedelta) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._environment = base.chain.environment
        self._lapses = lapses

    def of_user(self, user_id: UUID) -> FollowUp:
        """Return who follows a user up."""
        now = self._clock()
        with self._database.read() as connection:
            owner, snooze = follow_ups.of_user(connection, user_id)
        times = follow_up_times(now, self._lapses)
        return FollowUp(
            owner=owner,
            lapses_at=owner.active_at + self._lapses if owner else None,
            has_lapsed=owner is not None and not times.owns(owner.active_at),
            lapses_h=self._lapses // HOUR,
            snooze=snooze if snooze and times.snoozes(snooze.until_at) else None,
        )

    def find_email(self, user_id: UUID) -> str | None:
        """Return the email of a user that we have seen, None for others."""
        with self._database.read() as connection:
            return known.email(connection, user_id)

    def open(self, user_id: UUID, staff_id: int) -> FollowUp:
        """Return who follows a user up, and note if the owner opens one who was given to them."""
        found = self.of_user(user_id)
        if found.owner and found.owner_id == staff_id and not found.owner.is_seen:
            with self._database.write() as connection:
                owners.see(connection, user_id, staff_id)
        return found

    def colleagues(self) -> list[StaffMember]:
        """Return who can own users: active staff who may write notes."""
        with self._database.read() as connection:
            return [each for each in members.every(connection) if self._can_own(each)]

    def owners(self) -> list[tuple[str, str]]:
        """Return the email and name of each owner of users."""
        with self._database.read() as connection:
            return owners.every(connection)

    def change(self, user_id: UUID, wanted: OwnerChange, actor: Actor) -> Given:
        """Change the owner of a user."""
        with self._database.write() as connection:
            return self._change(connection, user_id, wanted, actor)

    def _change(
        self, connection: Transaction, user_id: UUID, wanted: OwnerChange, actor: Actor
    ) -> Given:
        if known.email(connection, user_id) is None:
            return Given.NO_SUCH_USER
        owner, _snooze = follow_ups.of_user(connection, user_id)
        if (owner.staff_id if owner else None) != wanted.seen:
            return Given.OVERTAKEN
        if wanted.to == OF_NO_ONE:
            self._release(connection, user_id, owner, actor)
            return Given.DONE
        return self._assign(connection, user_id, wanted, owner, actor)

    def change_if(
        self,
        user_id: UUID,
        wanted: OwnerChange,
        actor: Actor,
        is_still_wanted: Callable[[Transaction], bool],
    ) -> Given:
        """Change the owner of a user, unless `is_still_wanted` says no in its transaction.

        Raises:
            BudgetSpentError: the person has changed as many as they may in an hour.

        """
        with self._database.write() as connection:
            if not is_still_wanted(connection):
                return Given.WITHDRAWN
            if self._is_so(connection, user_id, wanted, actor):
                return Given.ALREADY
            return self._change(connection, user_id, wanted, actor)

    def _is_so(
        self, connection: Transaction, user_id: UUID, wanted: OwnerChange, actor: Actor
    ) -> bool:
        """Return whether a user has the wanted owner, who has not lapsed, or none as wanted."""
        if known.email(connection, user_id) is None:
            return False
        owner, _snooze = follow_ups.of_user(connection, user_id)
        if owner is None or wanted.to == OF_NO_ONE:
            return owner is None and wanted.to == OF_NO_ONE
        member = self._find(connection, wanted.to, actor)
        is_owned = follow_up_times(self._clock(), self._lapses).owns(owner.active_at)
        return is_owned and member is not None and owner.staff_id == member.id

    def owner_ids(self, user_ids: Collection[UUID]) -> dict[UUID, int]:
        """Return the numbers of the owners of those of these users who have one, lapsed or not."""
        with self._database.read() as connection:
            return owners.of_users(connection, user_ids)

    def _assign(
        self,
        connection: Transaction,
        user_id: UUID,
        wanted: OwnerChange,
        before: Owner | None,
        actor: Actor,
    ) -> Given:
        member = self._find(connection, wanted.to, actor)
        if member is None:
            return Given.CANNOT_OWN
        giver = actor.staff_id if member.id != actor.staff_id else None
        if giver and not wanted.note:
            return Given.NO_NOTE
        now = self._clock()
        note = book.add(connection, user_id, giver, wanted.note, now) if giver else None
        self._record(connection, Action.OWNERS_ASSIGN, user_id, actor, before, to=member, note=note)
        owners.assign(connection, user_id, member.id, now, given_by=giver)
        return Given.DONE

    def _release(
        self, connection: Transaction, user_id: UUID, before: Owner | None, actor: Actor
    ) -> None:
        if before:
            self._record(connection, Action.OWNERS_RELEASE, user_id, actor, before)
            owners.release(connection, user_id)

    def _record(
        self,
        connection: Transaction,
        action: Action,
        user_id: UUID,
        actor: Actor,
        before: Owner | None,
        *,
        to: StaffMember | None = None,
        note: int | None = None,
    ) -> None:
        details: dict[str, str | int] = {}
        if to:
            details |= {"owner_id": to.id, "owner": to.name}
        if before:
            details |= {"before_id": before.staff_id, "before": before.name}
        if note:
            details["note"] = note
        self._recorder.record(connection, action, actor, Subject.user(user_id), details=details)

    def _find(self, connection: Transaction, named: str, actor: Actor) -> StaffMember | None:
        """Return the member of staff who is to own a user, None where they can't."""
        if named == OF_ME and actor.staff_id is not None:
            member = members.find_by_id(connection, actor.staff_id)
        else:
            member = members.find(connection, named)
        return member if member and self._can_own(member) else None

    def _can_own(self, member: StaffMember) -> bool:
        may = permissions(member.roles, self._environment)
        return member.active and Permission.NOTES_WRITE in may
