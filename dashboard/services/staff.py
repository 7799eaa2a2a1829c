"""Staff as the command line manages them; every change is audited and ends their sessions."""

from collections.abc import Callable, Iterable

from dashboard.services.audit import Action
from dashboard.services.passwords import hash_password
from dashboard.services.ports import Clock
from dashboard.services.roles import Role
from dashboard.store import audit, sessions, staff
from dashboard.store.audit import Chain, NewEntry, Outcome
from dashboard.store.database import Database, Transaction
from dashboard.store.staff import StaffMember


class StaffError(Exception):
    """The change cannot be made; the text says why."""


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

    def add(self, email: str, name: str, password: str, roles: Iterable[Role]) -> None:
        """Add somebody.

        Raises:
            StaffError: the email is malformed or taken.
            WeakPasswordError: the password is too short or too long.

        """
        if email.count("@") != 1 or not all(email.strip().split("@")):
            raise StaffError(f"{email!r} is not an email address.")
        password_hash, wanted = hash_password(password), sorted(set(roles))
        wanted_name = name or email.partition("@")[0]
        with self._database.write() as connection:
            if staff.find(connection, email):
                raise StaffError(f"{email} is there already.")
            staff_id = staff.add(connection, email, wanted_name, password_hash, self._clock())
            staff.set_roles(connection, staff_id, wanted)
            self._record(connection, Action.STAFF_ADD, staff_id, roles=",".join(wanted))

    def set_roles(self, email: str, roles: Iterable[Role]) -> None:
        """Replace somebody's roles. Raises StaffError when there is nobody."""
        wanted = sorted(set(roles))
        self._change(
            email,
            Action.STAFF_ROLE,
            lambda connection, staff_id: staff.set_roles(connection, staff_id, wanted),
            roles=",".join(wanted),
        )

    def reset_password(self, email: str, password: str) -> None:
        """Replace somebody's password. Raises StaffError when there is nobody."""
        password_hash = hash_password(password)
        self._change(
            email,
            Action.STAFF_RESET,
            lambda connection, staff_id: staff.set_password(connection, staff_id, password_hash),
        )

    def disable(self, email: str) -> None:
        """Keep somebody out from now on. Raises StaffError when there is nobody."""
        self._change(
            email,
            Action.STAFF_DISABLE,
            lambda connection, staff_id: staff.set_active(connection, staff_id, active=False),
        )

    def _change(
        self,
        email: str,
        action: Action,
        change: Callable[[Transaction, int], None],
        **details: str,
    ) -> None:
        with self._database.write() as connection:
            member = staff.find(connection, email)
            if member is None:
                raise StaffError(f"There is no staff member {email}.")
            self._record(connection, action, member.id, **details)
            change(connection, member.id)
            sessions.remove_of(connection, member.id)

    def _record(
        self, connection: Transaction, action: Action, staff_id: int, **details: str
    ) -> None:
        entry = NewEntry(
            at=self._clock(),
            action=action,
            outcome=Outcome.SUCCEEDED,
            subject_kind="staff",
            subject_id=str(staff_id),
            details={"by": "command line", **details},
        )
        audit.append(connection, self._chain, entry)
