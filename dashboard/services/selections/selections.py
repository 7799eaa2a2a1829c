"""Selections: users of a list that a person ticked, frozen as they were when they were ticked.

A person has one selection at a time, on every list and page; no one else sees it. What a list
finds later does not change it.
"""

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2s
from uuid import UUID

from dashboard.services.clocks import latest_end
from dashboard.services.foundation import Foundation
from dashboard.store.selections import selections as store
from dashboard.store.selections.selections import Selection, Span
from dashboard.store.users import known

__all__ = [
    "MOST",
    "FrozenUsers",
    "NoSuchSelectionError",
    "SelectedUser",
    "Selection",
    "Selections",
    "TooManyError",
]

MOST = 5_000  # users of a selection
KEPT_FOR = timedelta(hours=12)  # after the last change


class NoSuchSelectionError(Exception):
    """The person has no selection of this number: it is another's, was cleared, or has expired."""


class TooManyError(Exception):
    """A selection would have more than `MOST` users; nothing was changed."""


@dataclass(frozen=True)
class FrozenUsers:
    """The users of a selection."""

    number: int
    user_ids: tuple[UUID, ...]

    @property
    def mark(self) -> str:
        """Return a text that differs for other users."""
        said = "".join(each.hex for each in sorted(self.user_ids))
        return blake2s(said.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class SelectedUser:
    """A user of a selection, and their email as last seen."""

    user_id: UUID
    email: str = field(repr=False)


class Selections:
    """Keeps the selection of each person."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock

    def find(self, staff_id: int, among: Collection[UUID] = ()) -> Selection | None:
        """Return a person's selection, and which users of `among` are in it; None for no one."""
        with self._database.read() as connection:
            found = store.find(connection, staff_id, self._span(), among)
        return found if found and found.users else None

    def users(self, frozen: FrozenUsers) -> list[SelectedUser]:
        """Return the users of a selection with their emails; an unknown one has none."""
        with self._database.read() as connection:
            emails = known.emails(connection, frozen.user_ids)
        return [SelectedUser(each, emails.get(each, "")) for each in sorted(frozen.user_ids)]

    def get(self, staff_id: int, number: int) -> FrozenUsers:
        """Return the users of a person's selection.

        Raises:
            NoSuchSelectionError: the person has none of this number, or no one is in it.

        """
        with self._database.read() as connection:
            found = store.find(connection, staff_id, self._span())
            if found is None or found.number != number or not found.users:
                raise NoSuchSelectionError
            return FrozenUsers(number, tuple(store.user_ids(connection, number)))

    def change(
        self, staff_id: int, ticked: AbstractSet[UUID], shown: AbstractSet[UUID]
    ) -> Selection | None:
        """Add those ticked since the page was loaded, take out those unticked since.

        So what another page of the same person changed meanwhile stays. Return the selection, None
        for no one.

        Raises:
            TooManyError: see that class.

        """
        now = self._clock()
        with self._database.write() as connection:
            found = store.find(connection, staff_id, self._span())
            if found is None and not ticked:
                return None
            number = found.number if found else store.begin(connection, staff_id, now)
            store.add(connection, number, ticked - shown if found else ticked, now)
            store.take_out(connection, number, shown - ticked, now)
            changed = store.find(connection, staff_id, self._span(), ticked)
            if changed and changed.users > MOST:
                raise TooManyError
        return changed if changed and changed.users else None

    def freeze(self, staff_id: int, user_ids: Iterable[UUID]) -> None:
        """Make these users the selection, in place of an earlier one.

        Raises:
            TooManyError: see that class.

        """
        chosen = frozenset(user_ids)
        if len(chosen) > MOST:
            raise TooManyError
        now = self._clock()
        with self._database.write() as connection:
            number = store.begin(connection, staff_id, now)
            store.add(connection, number, chosen, now)

    def clear(self, staff_id: int) -> None:
        """Select no one."""
        with self._database.write() as connection:
            store.clear(connection, staff_id)

    def remove_old(self) -> None:
        """Delete the selections that were last changed long ago.

        Raises:
            StoreError: the database cannot be used.

        """
        span = self._span()
        with self._database.read() as connection:
            if not store.has_old(connection, span):
                return
        with self._database.write() as connection:
            store.remove_old(connection, span)

    def _span(self) -> Span:
        now = self._clock()
        return now - KEPT_FOR, latest_end(now, KEPT_FOR)
