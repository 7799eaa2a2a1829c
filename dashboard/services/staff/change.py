"""One change of a staff member: who may make it, and its audit row."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.permissions import Role
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain
from dashboard.store.auth import sessions
from dashboard.store.db.database import Database, Transaction
from dashboard.store.staff import members as staff
from dashboard.store.staff.members import StaffMember
from dashboard.text.characters import clean, write_out
from dashboard.text.emails import is_email
from dashboard.text.names import is_name, name_for
from dashboard.text.secrets import without_links, without_tokens


class StaffChangeRefusal(StrEnum):
    """Why a change cannot be made."""

    NO_EMAIL = "no email"
    NO_NAME = "no name"
    EMAIL_TAKEN = "email taken"
    NOBODY = "nobody"
    DISABLED = "disabled"
    ONESELF = "oneself"
    LAST_ADMIN = "last admin"
    NO_ADMIN = "no admin"
    NO_LINK = "no link"


class StaffError(Exception):
    """The change cannot be made: `cause` for pages, the text for the command line."""

    def __init__(self, cause: StaffChangeRefusal, text: str) -> None:
        super().__init__(text)
        self.cause = cause


T = TypeVar("T")


class StaffChanges:
    """Makes changes, each in a transaction of its own with its row in the audit."""

    def __init__(
        self, database: Database, chain: Chain, clock: Clock, *, by_password: bool
    ) -> None:
        self._database = database
        self._by_password = by_password
        self._recorder = AuditRecorder(chain, clock)

    def make(
        self,
        email: str,
        action: Action,
        change: Callable[[Transaction, StaffMember], T],
        by: Actor,
        *,
        ends_sessions: bool = True,
        **details: str,
    ) -> T:
        """Apply a change to a member; return its result.

        Raises:
            StaffError: no such member, or it is the person who asks, or that person no longer
                manages staff, or no one who does would be left.

        """
        with self._database.write() as connection:
            member = self.get(connection, email, by)
            made = change(connection, member)
            left = staff.has_active(connection, Role.ADMIN, by_password=self._by_password)
            if by.staff_id and not left:
                raise StaffError(
                    StaffChangeRefusal.LAST_ADMIN, "No one who can manage staff would be left."
                )
            self.record(connection, action, member.id, by, **details)
            if ends_sessions:
                sessions.remove_of(connection, member.id)
        return made

    def get(self, connection: Transaction, email: str, by: Actor) -> StaffMember:
        """Return the member a change is about. Raises StaffError as `make` does."""
        self.require_admin(connection, by)
        member = staff.find(connection, email)
        if member is None:
            raise StaffError(
                StaffChangeRefusal.NOBODY, f"There is no staff member {write_out(email)}."
            )
        if member.id == by.staff_id:
            raise StaffError(StaffChangeRefusal.ONESELF, "Another admin has to do this.")
        return member

    def require_admin(self, connection: Transaction, by: Actor) -> None:
        """Raise StaffError if they no longer manage staff: two admins may demote each other."""
        if by.staff_id is None:
            return
        actor = staff.find_by_id(connection, by.staff_id)
        if actor is None or not actor.active or Role.ADMIN not in actor.roles:
            raise StaffError(
                StaffChangeRefusal.NO_ADMIN, "The person who asks can no longer manage staff."
            )

    def record(
        self, connection: Transaction, action: Action, staff_id: int, by: Actor, **details: str
    ) -> None:
        """Record what was done to a member."""
        subject = Subject("staff", staff_id)
        told = details if by.staff_id else {"by": "command line", **details}
        self._recorder.record(connection, action, by, subject, details=told)


def valid_name(text: str, email: str) -> str:
    """Return a name, made from the email where there is none. Raises StaffError."""
    if text and not is_name(clean(text)):
        shown = write_out(without_links(without_tokens(text))).rstrip()
        raise StaffError(StaffChangeRefusal.NO_NAME, f"“{shown}” is not a name.")
    return name_for(text, email)


def valid_email(text: str) -> str:
    """Return an email without what surrounds it. Raises StaffError."""
    email = clean(text)
    if not is_email(email):
        raise StaffError(
            StaffChangeRefusal.NO_EMAIL, f"“{write_out(text)}” is not an email address."
        )
    return email
