"""The tags of a user: each is set and taken off as one event."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.services.seen import NeverSeenError
from dashboard.store.db.database import Transaction
from dashboard.store.tags import tags as store
from dashboard.store.tags.tags import Tag
from dashboard.store.users import known


@dataclass(frozen=True)
class TagsOfUser:
    """All tags that there are, and which of them a user has."""

    every: tuple[Tag, ...]
    ids: frozenset[int]

    @property
    def chosen(self) -> tuple[Tag, ...]:
        """The tags that the user has."""
        return tuple(tag for tag in self.every if tag.id in self.ids)


class TagsChanged(Enum):
    """The result of a change of tags."""

    YES = auto()
    NOTHING = auto()  # the tags were already like this
    NO_SUCH_TAG = auto()  # it was deleted meanwhile; nothing was changed
    WITHDRAWN = auto()  # it should no longer be done; nothing was changed


class UserTags:
    """Sets tags on users."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def of(self, user_id: UUID) -> TagsOfUser:
        """Return the tags of a user."""
        with self._database.read() as connection:
            return TagsOfUser(*store.beside(connection, user_id))

    def change(
        self, user_id: UUID, wanted: AbstractSet[int], shown: AbstractSet[int], actor: Actor
    ) -> None:
        """Set the wanted tags that were not shown, and take off the shown ones that are not wanted.

        So what someone else changed meanwhile stays. A tag that was deleted is left out.

        Raises:
            NeverSeenError: there is no such user.

        """
        with self._database.write() as connection:
            if known.email(connection, user_id) is None:
                raise NeverSeenError
            tags, ids = store.beside(connection, user_id)
            to_set, to_take = wanted - shown - ids, (shown - wanted) & ids
            self._change(connection, user_id, tags, to_set, to_take, actor)

    def change_if(
        self,
        user_id: UUID,
        add: AbstractSet[int],
        remove: AbstractSet[int],
        actor: Actor,
        is_still_wanted: Callable[[Transaction], bool],
    ) -> TagsChanged:
        """Set some tags and take off others, unless `is_still_wanted` says no in its transaction.

        Raises:
            NeverSeenError: there is no such user.
            BudgetSpentError: the person has changed as many as they may in an hour.

        """
        with self._database.write() as connection:
            if not is_still_wanted(connection):
                return TagsChanged.WITHDRAWN
            if known.email(connection, user_id) is None:
                raise NeverSeenError
            tags, ids = store.beside(connection, user_id)
            if not {tag.id for tag in tags} >= add:
                return TagsChanged.NO_SUCH_TAG
            to_set, to_take = add - ids, remove & ids
            self._change(connection, user_id, tags, to_set, to_take, actor)
        return TagsChanged.YES if to_set or to_take else TagsChanged.NOTHING

    def _change(
        self,
        connection: Transaction,
        user_id: UUID,
        tags: Iterable[Tag],
        to_set: AbstractSet[int],
        to_take: AbstractSet[int],
        actor: Actor,
    ) -> None:
        for tag in tags:
            if tag.id in to_set:
                self._record(connection, Action.TAGS_SET, user_id, tag, actor)
                store.put(connection, user_id, tag, actor.staff_id, self._clock())
            elif tag.id in to_take:
                self._record(connection, Action.TAGS_UNSET, user_id, tag, actor)
                store.take(connection, user_id, tag)

    def _record(
        self, transaction: Transaction, action: Action, user_id: UUID, tag: Tag, actor: Actor
    ) -> None:
        details: Details = {"tag": tag.name, "tag_id": tag.id}
        self._recorder.record(transaction, action, actor, Subject.user(user_id), details=details)
