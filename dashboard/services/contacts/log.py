"""The contact log: noted by the control that is used, or added by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from dashboard.services.clocks import latest_seen
from dashboard.services.foundation import Foundation
from dashboard.store.contacts import log as store
from dashboard.store.contacts.kinds import LINK_KINDS, ContactKind
from dashboard.store.contacts.log import LastContact
from dashboard.store.limits import table as limits
from dashboard.store.owners import owners
from dashboard.store.users import known

__all__ = ["ContactKind", "ContactLog", "Contacts", "NewContact", "Noted"]
HOUR = timedelta(hours=1)
MOST_PER_HOUR = 600  # of one person: a runaway script can't fill the disk
UNDO_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class NewContact:
    """A contact to note; `language` and `situation` are of the text that was used."""

    kind: ContactKind
    language: str | None = None
    situation: str | None = None


class Noted(Enum):
    """The result of noting a contact."""

    NOTED = auto()
    NO_SUCH_USER = auto()
    TOO_MANY = auto()


@dataclass(frozen=True)
class Contacts:
    """The last contact with a user, and the last time that their link was given out.

    `undo` is the number of the last one, where the reader may still take it out.
    """

    last: LastContact | None
    link: LastContact | None
    undo: int | None


class ContactLog:
    """Notes contacts, and returns the last ones."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock

    def add(self, user_id: UUID, staff_id: int, contact: NewContact) -> Noted:
        """Note a contact with a user who has been seen here."""
        now = self._clock()
        with self._database.write() as connection:
            if known.email(connection, user_id) is None:
                return Noted.NO_SUCH_USER
            count = limits.count_in(connection, f"contacts/{staff_id}", now, HOUR)
            if count > MOST_PER_HOUR:
                return Noted.TOO_MANY
            store.add(
                connection,
                user_id,
                staff_id,
                contact.kind,
                now,
                language=contact.language,
                situation=contact.situation,
            )
            owners.touch(connection, user_id, staff_id, now)
        return Noted.NOTED

    def undo(self, user_id: UUID, staff_id: int, number: int) -> bool:
        """Take out what a person has just noted; return whether it was there."""
        now = self._clock()
        noted = now - UNDO_FOR, latest_seen(now)
        with self._database.write() as connection:
            return store.undo(connection, user_id, staff_id, number, noted)

    def of_user(self, user_id: UUID, reader_id: int) -> Contacts:
        """Return the last contacts with a user."""
        with self._database.read() as connection:
            found = store.by_kind(connection, [user_id]).get(user_id, [])
        last = found[0] if found else None
        undo = last.id if last and self._may_undo(last, reader_id, self._clock()) else None
        return Contacts(last, store.newest(found, LINK_KINDS), undo)

    def _may_undo(self, last: LastContact, reader_id: int, now: datetime) -> bool:
        is_recent = now - UNDO_FOR <= last.at <= latest_seen(now)
        return last.staff_id == reader_id and is_recent and not last.kind.is_email
