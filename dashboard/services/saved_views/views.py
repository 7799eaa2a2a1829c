"""Saved views: filters of the list of users with a name, private or shared.

A view that someone else keeps private doesn't exist for others. Only what others see is recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from time import monotonic

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.permissions import Permission
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.store import saved_views as store
from dashboard.store.db.database import Transaction
from dashboard.store.directory import search as directory
from dashboard.store.directory import sweeps
from dashboard.store.directory.search import DirectoryQuery
from dashboard.store.saved_views import SavedView

Filter = store.Filter
MOST = 50  # of one person
TEXT = "q"  # the parameter that may name a person


class ViewRefusal(StrEnum):
    """Why a view isn't kept as it was asked for."""

    NAME_TAKEN = "name taken"
    TOO_MANY = "too many"


class NoSuchViewError(Exception):
    """There is no such view, or someone else keeps it private."""


class NotYoursError(Exception):
    """Someone else shares this view: only they and admins change it."""


@dataclass(frozen=True)
class Viewer:
    """Who asks. An admin (`manages`) may change what others share."""

    actor: Actor
    staff_id: int
    manages: bool

    def may_change(self, view: SavedView) -> bool:
        """Return whether a view they see is theirs to change."""
        return self.manages or view.staff_id == self.staff_id


class SavedViews:
    """Keeps the views of all staff."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._keeps_directory = base.seen.keeps_directory

    def of(self, staff_id: int) -> list[SavedView]:
        """Return a person's own views, then those that others share."""
        with self._database.read() as connection:
            return store.of(connection, staff_id)

    def get(self, staff_id: int, view_id: int) -> SavedView:
        """Return a view that a person sees.

        Raises:
            NoSuchViewError: they see none of this number.

        """
        with self._database.read() as connection:
            return _get(connection, staff_id, view_id)

    def counts(self, queries: Iterable[DirectoryQuery], until: float) -> list[int] | None:
        """Return how many users match each, one more than `COUNT_MAX` for more than that.

        Those that are left at this time of `monotonic()` are left out. None where no sweep has
        read the whole list: our copy doesn't have every user.
        """
        with self._database.read() as connection:
            if not (self._keeps_directory and sweeps.complete(connection, 1)):
                return None
            in_time = takewhile(lambda _: monotonic() < until, queries)
            return [directory.count(connection, query) for query in in_time]

    def create(self, by: Viewer, name: str, chosen: Filter, *, shared: bool) -> int | ViewRefusal:
        """Keep a view; return its number, or why it isn't kept."""
        with self._database.write() as connection:
            if store.count_of(connection, by.staff_id) >= MOST:
                return ViewRefusal.TOO_MANY
            if store.has_name(connection, by.staff_id, name):
                return ViewRefusal.NAME_TAKEN
            view_id = store.add(connection, by.staff_id, name, chosen, self._clock(), shared=shared)
            if shared:
                self._record(connection, Permission.VIEWS_SHARE, by, view_id, name, chosen)
            return view_id

    def rename(self, by: Viewer, view_id: int, name: str) -> ViewRefusal | None:
        """Give a view another name; return why not, if it is refused.

        Raises:
            NoSuchViewError, NotYoursError: see those classes.

        """
        with self._database.write() as connection:
            view = _get_own(connection, by, view_id)
            if store.has_name(connection, view.staff_id, name, but=view_id):
                return ViewRefusal.NAME_TAKEN
            if view.shared:
                self._record(connection, Action.VIEW_RENAME, by, view_id, name, view.filter)
            store.change(connection, view_id, self._clock(), name=name)
        return None

    def share(self, by: Viewer, view_id: int, *, shared: bool) -> None:
        """Show a view to all staff, or to its owner only.

        Raises:
            NoSuchViewError, NotYoursError: see those classes.

        """
        with self._database.write() as connection:
            view = _get_own(connection, by, view_id)
            if view.shared == shared:
                return
            action = Permission.VIEWS_SHARE if shared else Action.VIEW_UNSHARE
            self._record(connection, action, by, view_id, view.name, view.filter)
            store.change(connection, view_id, self._clock(), shared=shared)

    def delete(self, by: Viewer, view_id: int) -> SavedView:
        """Remove a view; return what it was.

        Raises:
            NoSuchViewError, NotYoursError: see those classes.

        """
        with self._database.write() as connection:
            view = _get_own(connection, by, view_id)
            if view.shared:
                self._record(connection, Action.VIEW_DELETE, by, view_id, view.name, view.filter)
            store.remove(connection, view_id)
        return view

    def _record(
        self,
        transaction: Transaction,
        action: str,
        by: Viewer,
        view_id: int,
        name: str,
        chosen: Filter,
    ) -> None:
        """Record a change of what others see. A text may name a person, so it is left out."""
        told = "&".join(f"{key}={value}" for key, value in chosen if key != TEXT)
        details: Details = {"name": name, "filter": told, "has_text": has_text(chosen)}
        self._recorder.record(
            transaction, action, by.actor, Subject("view", view_id), details=details
        )


def has_text(chosen: Filter) -> bool:
    """Return whether a filter searches for a text."""
    return any(key == TEXT for key, _value in chosen)


def _get(connection: Transaction, staff_id: int, view_id: int) -> SavedView:
    view = store.find(connection, staff_id, view_id)
    if view is None:
        raise NoSuchViewError
    return view


def _get_own(connection: Transaction, by: Viewer, view_id: int) -> SavedView:
    view = _get(connection, by.staff_id, view_id)
    if not by.may_change(view):
        raise NotYoursError
    return view
