"""Staff as admins and the command line manage them. Every change is audited."""

from collections.abc import Iterable

from dashboard.services.actions import Action
from dashboard.services.actors import COMMAND_LINE, Actor
from dashboard.services.auth.one_time_links import OneTimeLink, every_open, make_link
from dashboard.services.auth.password_rules import PasswordRules
from dashboard.services.auth.passwords import hash_password
from dashboard.services.auth.roles import withdraw
from dashboard.services.permissions import Role
from dashboard.services.ports import Clock
from dashboard.services.staff.change import (
    StaffChangeRefusal,
    StaffChanges,
    StaffError,
    valid_email,
    valid_name,
)
from dashboard.store.audit.chain import Chain
from dashboard.store.auth import one_time_links as links
from dashboard.store.auth import second_factors as factors
from dashboard.store.auth.one_time_links import OpenLink
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember

__all__ = ["Staff", "StaffChangeRefusal", "StaffError"]

FIRST_ADMIN = "python -m dashboard staff add you@example.com --role admin"


class Staff:
    """Adds people, lists them, and changes what they may do.

    Without `by_password` passwords don't work, so an admin who has only one does not count as left.
    """

    def __init__(
        self,
        database: Database,
        chain: Chain,
        clock: Clock,
        *,
        by_password: bool = True,
        brand: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._by_password = by_password
        self._environment = chain.environment
        self._rules = PasswordRules(brand)
        self._changes = StaffChanges(database, chain, clock, by_password=by_password)
        self._somebody_is_there = False

    def every(self) -> list[StaffMember]:
        """Return all staff, by email."""
        with self._database.read() as connection:
            return staff.every(connection)

    def find(self, email: str) -> StaffMember | None:
        """Return the member with this email."""
        with self._database.read() as connection:
            return staff.find(connection, email)

    def open_links(self) -> dict[int, OpenLink]:
        """Return, for each member with a link that can be used, that link."""
        with self._database.read() as connection:
            return every_open(connection, self._clock())

    def has_admin(self) -> bool:
        """Return whether anyone who may manage staff can log in."""
        with self._database.read() as connection:
            return staff.has_active(connection, Role.ADMIN, by_password=self._by_password)

    def is_empty(self) -> bool:
        """Return whether no one was added yet. Members are never removed, so False is final."""
        if not self._somebody_is_there:
            with self._database.read() as connection:
                self._somebody_is_there = not staff.is_empty(connection)
        return not self._somebody_is_there

    def add(
        self, email: str, name: str, password: str, roles: Iterable[Role], by: Actor = COMMAND_LINE
    ) -> None:
        """Add a member with a password.

        Raises:
            StaffError: email or name is malformed, the email is taken, or the person who asks no
                longer manages staff.
            WeakPasswordError: the rules refuse the password.

        """
        email = valid_email(email)
        name = valid_name(name, email)
        password_hash = hash_password(self._rules.accept(password, email=email, name=name))
        with self._database.write() as connection:
            self._add(connection, email, name, password_hash, roles, by)

    def invite(
        self, email: str, name: str, roles: Iterable[Role], by: Actor = COMMAND_LINE
    ) -> OneTimeLink:
        """Add a member who chooses a password with the returned link.

        Raises:
            StaffError: as `add`.

        """
        email = valid_email(email)
        name = valid_name(name, email)
        with self._database.write() as connection:
            member = self._add(connection, email, name, "", roles, by)
            return make_link(connection, member, created_by=by.staff_id, at=self._clock())

    def set_roles(self, email: str, roles: Iterable[Role], by: Actor = COMMAND_LINE) -> None:
        """Replace a member's roles. Raises StaffError as every change does."""
        wanted = sorted(set(roles))

        def change(connection: Transaction, member: StaffMember) -> None:
            staff.set_roles(connection, member.id, wanted)
            withdraw(connection, member.id, wanted, self._environment)

        self._changes.make(email, Action.STAFF_ROLE, change, by, roles=",".join(wanted))

    def reset_password(self, email: str, password: str) -> None:
        """Replace a member's password and remove their second factors: the rescue.

        Raises StaffError when there is no such person, and WeakPasswordError as `add` does.
        """
        member = self.find(email)
        accepted = self._rules.accept(password, email=email, name=member.name if member else "")
        password_hash = hash_password(accepted)

        def change(connection: Transaction, member: StaffMember) -> None:
            staff.set_password(connection, member.id, password_hash)
            factors.remove_all(connection, member.id)
            links.remove_unused(connection, member.id)

        self._changes.make(email, Action.STAFF_RESET, change, COMMAND_LINE)

    def disable(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Disable a member: no password or link works, nor a link that they made for another.

        They own no users any more. Raises StaffError as every change does.
        """

        def change(connection: Transaction, member: StaffMember) -> None:
            staff.set_active(connection, member.id, active=False)
            links.remove_unused(connection, member.id)
            withdraw(connection, member.id, [], self._environment)

        self._changes.make(email, Action.STAFF_DISABLE, change, by)

    def enable(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Enable a member again, with the password they had. Raises as `disable` does."""

        def change(connection: Transaction, member: StaffMember) -> None:
            staff.set_active(connection, member.id, active=True)

        self._changes.make(email, Action.STAFF_ENABLE, change, by)

    def make_link(self, email: str, by: Actor = COMMAND_LINE) -> OneTimeLink:
        """Make a link for a member who never logged in, or lost their password.

        An earlier link stops working; the password works until this link is used.
        Raises as `disable` does, and for the disabled.
        """
        with self._database.write() as connection:
            member = self._changes.get(connection, email, by)
            made = self._link(connection, member, by)
            self._changes.record(connection, Action.STAFF_LINK, member.id, by, kind=made.kind.value)
            return made

    def withdraw_link(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Withdraw a member's link. Raises as `disable` does, and where there is none."""

        def change(connection: Transaction, member: StaffMember) -> None:
            if not links.remove_unused(connection, member.id):
                raise StaffError(StaffChangeRefusal.NO_LINK, f"{email} has no link that works.")

        self._changes.make(email, Action.STAFF_WITHDRAW, change, by, ends_sessions=False)

    def require_second_factor(
        self, email: str, by: Actor = COMMAND_LINE, *, required: bool
    ) -> None:
        """Require a second factor of a staff member, or leave that to their roles.

        It applies from their next click on, in existing sessions too. Raises as `disable`.
        """

        def change(connection: Transaction, member: StaffMember) -> None:
            staff.set_second_factor_required(connection, member.id, required=required)

        self._changes.make(
            email,
            Action.STAFF_REQUIRE,
            change,
            by,
            ends_sessions=False,
            second_factor="required" if required else "by role",
        )

    def reset_second_factors(self, email: str, by: Actor = COMMAND_LINE) -> OneTimeLink:
        """Remove a member's lost second factors, and make a link.

        The password ends too: it must not be enough to set up new factors. Raises as
        `make_link` does.
        """

        def change(connection: Transaction, member: StaffMember) -> OneTimeLink:
            factors.remove_all(connection, member.id)
            staff.set_password(connection, member.id, "")
            return self._link(connection, member, by)

        return self._changes.make(email, Action.STAFF_FACTORS, change, by)

    def end_sessions(self, email: str, by: Actor = COMMAND_LINE) -> None:
        """Log a member out everywhere. Raises as `disable` does."""
        self._changes.make(email, Action.STAFF_SESSIONS, lambda *_: None, by)

    def _link(self, connection: Transaction, member: StaffMember, by: Actor) -> OneTimeLink:
        if not member.active:
            raise StaffError(
                StaffChangeRefusal.DISABLED, f"{member.email} is disabled. Enable them first."
            )
        return make_link(connection, member, created_by=by.staff_id, at=self._clock())

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
            raise StaffError(StaffChangeRefusal.EMAIL_TAKEN, f"{email} is already a staff member.")
        wanted = sorted(set(roles))
        staff_id = staff.add(connection, email, name, password_hash, self._clock())
        staff.set_roles(connection, staff_id, wanted)
        self._changes.record(connection, Action.STAFF_ADD, staff_id, by, roles=",".join(wanted))
        return self._changes.get(connection, email, by)  # which asks whether they still may
