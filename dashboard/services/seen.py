"""Every answer about users is remembered: as a sighting, and in the directory where it is on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from dashboard.partner.responses import User
from dashboard.store.db.database import Transaction
from dashboard.store.directory import rows as directory
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import leads
from dashboard.store.users import sightings


class NeverSeenError(Exception):
    """No answer of the API ever named this user, or they were erased."""


@dataclass(frozen=True)
class SeenUsers:
    """Remembers users as an answer told them: sightings are history, the directory is the present.

    `keeps_directory` is the setting DIRECTORY: only the directory keeps phones, names and types.
    Without it, the desk's users are kept there, with no more than sightings have.
    """

    keeps_directory: bool

    def record(self, transaction: Transaction, users: Iterable[SeenUser], at: datetime) -> None:
        """Remember these users as seen at this time, in the caller's transaction."""
        seen = list(users)
        sightings.record(transaction, seen, at)
        if not self.keeps_directory:
            started = set(leads.started(transaction, [each.user_id for each in seen]))
            seen = [
                replace(each, phone=None, name=None, user_type=None)
                for each in seen
                if each.user_id in started
            ]
        directory.record(transaction, seen, at)

    def record_read(
        self, transaction: Transaction, users: Iterable[SeenUser], at: datetime, number: int
    ) -> None:
        """Remember the users of a sweep, by its number; an unchanged one makes no sighting."""
        seen = list(users)
        sightings.record(transaction, sightings.changed(transaction, seen), at)
        directory.record(transaction, seen, at, number)

    def learn_name(self, transaction: Transaction, user_id: UUID, name: str) -> None:
        """Remember a name that we sent with a user; no answer of the API tells it."""
        if self.keeps_directory:
            directory.know(transaction, user_id, name=name)


def facts_of(user: User) -> SeenUser:
    """Return the facts to remember of a user."""
    return SeenUser(
        user_id=user.id,
        email=user.email,
        status=user.status_text,
        country_code=user.country_code,
        preferred_language=user.preferred_language,
        registered_at=user.created_at,
        phone=user.phone,
    )
