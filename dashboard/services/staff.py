"""Staff as admins and the command line manage them. Every change is audited and ends sessions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from dashboard.services.audit import Action
from dashboard.services.links import NewLink, make_link
from dashboard.services.passwords import hash_password
from dashboard.services.ports import Clock
from dashboard.services.roles import Role
from dashboard.store import audit, links, sessions, staff
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database, Transaction
from dashboard.store.staff import StaffMember


class Cause(StrEnum):
    """Why a change cannot be made."""

    NO_EMAIL = "no email"
    EMAIL_TAKEN = "email taken"
    NOBODY = "nobody"
    DISABLED = "disabled"
    ONESELF = "oneself"
    LAST_ADMIN = "last admin"


class StaffError(Exception):
    """The change cannot be made: `cause` for pages, the text for the command line."""

    def __init__(self, cause: Cause, text: str) -> None:
        super().__init__(text)
        self.cause = cause


@dataclass(frozen=True)
class Actor:
    """Who makes a change.

    Without an id it is the command line: whoever has the machine may change anything, which is
    the rescue where nobody can manage staff any more.
    """

    staff_id: int | None = None
    request_id: str | None = None


COMMAND_LINE = Actor()


class Staff:
    """Adds people, lists them, and changes what they may do."""

    def __init__(self, database: Database, chain: Chain, clock: Clock) -> None:
        self._database = database
        self._chain = chain
        self._clock = clock

    def every(self) -> list[StaffMember]:
        """Return all staff, by email."""
        with self._database.read() as connection:
            return staff.every(connection)

    def find(self, email: str) -> StaffMember | None:
        """Return the member with this email."""
        with self._database.read() as connection:
            return staff.find(connection, email)

    def has_admin(self) -> bool:
        """Say whether anybody can log in who may manage staff."""
        with self._database.read() as connection:
            return staff.has_active(connection, Role.ADMIN)

    def add(
        self,
        email: str,
        name: str,
        password: str,
        roles: Iterable[Role],
        by: Actor = COMMAND_LINE,
    ) -> None:
        """Add somebody with a password.

        Raises:
            StaffError: the email is malformed or taken.
            WeakPasswordError: the password is too short or too long.

        """
        _require_email(email)
        password_hash = hash_password(password)
        with self._database.write() as connection:
            self._add(connection, email, name, password_hash, roles, by)

    def invite(
        self, email: str, name: str, roles: Iterable[Role], by: Actor = COMMAND_LINE
    ) -> NewLink:
        """Add somebody who chooses a password by the link that is returned.

        Raises:
            StaffError: the email is malformed or taken.

        """
        _require_email(email)
        with self._database.write() as connection:
            member = self._add(connection, email, name, "", roles, by)
            return make_link(connection, member, created_by=by.staff_id, at=self._clock())

    def make_link(self, email: str, by: Actor = COMMAND_LINE) -> NewLink:
        """Make a link for somebody whose password is lost. The old one is good until it is used.

        Raises:
            StaffError: there is nobody, they are disabled, or it is the person who asks.

        """
        with self._database.write() as connection:
            member = self._get(connection, email, by)
            if not member.active:
                raise StaffError(Cause.DISABLED, f"{email} is disabled. Enable them first.")
            made = make_link(connection, member, created_by=by.staff_id, at=self._clock())
            self._record(connection, Action.STAFF_LINK, member.id, by, kind=made.kind.value)
            return made

    def set_roles(self, email: str, roles: Iterable[Role], by: Actor = COMMAND_LINE) -> None:
        """Replace somebody's roles.

        Raises:
            StaffError: there is nobody, it is the person who asks, or nobody else is admin.

        """
        wanted = sorted(set(roles))

        def change(connection: Transaction, staff_id: int) -> None:
            staff.set_roles(connection, staff_id, wanted)
            if Role.ADMIN not in wanted:  # who made a link for somebody may have kept a copy
                links.remove_made_by(connection, staff_id)

        self._change(email, Action.STAFF_ROLE, change, by, roles=",".join(wanted))

    def reset_password(self, email: str, password: str) -> None:
        """Replace somebody's password. Raises StaffError when there is nobody."""
        password_hash = hash_password(password)

        def change(connection: Transaction, staff_id: int) -> None:
            staff.set_password(connection, staff_id, password_hash)
            links.remove_unused(connection, staff_id)

        self._change(email, Action.STAFF_RESET, change, COMMAND_LINE)

    def disable(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Keep somebody out from now on, by a link too, also one that they made for another.

        Raises as `set_roles` does.
        """

        def change(connection: Transaction, staff_id: int) -> None:
            staff.set_active(connection, staff_id, active=False)
            links.remove_unused(connection, staff_id)
            links.remove_made_by(connection, staff_id)

        self._change(email, Action.STAFF_DISABLE, change, by)

    def enable(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Let somebody in again, with the password they had. Raises as `set_roles` does."""
        self._change(
            email,
            Action.STAFF_ENABLE,
            lambda connection, staff_id: staff.set_active(connection, staff_id, active=True),
            by,
        )

    def _add(
        self,
        connection: Transaction,
        email: str,
        name: str,
        password_hash: str,
        roles: Iterable[Role],
        by: Actor,
    ) -> StaffMember:
        if staff.find(connection, email):
            raise StaffError(Cause.EMAIL_TAKEN, f"{email} is there already.")
        wanted, wanted_name = sorted(set(roles)), name or email.partition("@")[0]
        staff_id = staff.add(connection, email, wanted_name, password_hash, self._clock())
        staff.set_roles(connection, staff_id, wanted)
        self._record(connection, Action.STAFF_ADD, staff_id, by, roles=",".join(wanted))
        return self._get(connection, email, by)

    def _change(
        self,
        email: str,
        action: Action,
        change: Callable[[Transaction, int], None],
        by: Actor,
        **details: str,
    ) -> None:
        with self._database.write() as connection:
            member = self._get(connection, email, by)
            change(connection, member.id)
            # Asked inside the transaction: two admins may demote each other at the same moment.
            if by.staff_id and not staff.has_active(connection, Role.ADMIN):
                raise StaffError(Cause.LAST_ADMIN, "Nobody would be left who may manage staff.")
            self._record(connection, action, member.id, by, **details)
            sessions.remove_of(connection, member.id)

    def _get(self, connection: Transaction, email: str, by: Actor) -> StaffMember:
        member = staff.find(connection, email)
        if member is None:
            raise StaffError(Cause.NOBODY, f"There is no staff member {email}.")
        if member.id == by.staff_id:
            raise StaffError(Cause.ONESELF, "Another admin has to do this.")
        return member

    def _record(
        self, connection: Transaction, action: Action, staff_id: int, by: Actor, **details: str
    ) -> None:
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=Outcome.SUCCEEDED,
            staff_id=by.staff_id,
            subject_kind="staff",
            subject_id=str(staff_id),
            details=details if by.staff_id else {"by": "command line", **details},
            request_id=by.request_id,
        )
        audit.append(connection, self._chain, entry)


def is_email(text: str) -> bool:
    """Say whether it can be an email address."""
    return text.count("@") == 1 and all(text.strip().split("@"))


def _require_email(email: str) -> None:
    if not is_email(email):
        raise StaffError(Cause.NO_EMAIL, f"{email!r} is not an email address.")
