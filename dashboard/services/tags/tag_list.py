"""The list of tags: short, shared by all staff, and kept by admins."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.foundation import Foundation
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.store.db.database import Transaction
from dashboard.store.tags import tags as store
from dashboard.store.tags.tags import Tag
from dashboard.text.characters import normalise
from dashboard.text.search import fold

__all__ = ["COLOURS", "MOST", "CountedTag", "NoSuchTagError", "Tag", "TagList", "TagRefusal"]

COLOURS = ("grey", "blue", "teal", "green", "amber", "red", "pink", "purple")
MOST = 30
KEY_MAX = 40
_BETWEEN_WORDS = re.compile(r"[^\w]+")


class TagRefusal(StrEnum):
    """Why a tag isn't kept as it was asked for."""

    NAME_TAKEN = "name taken"
    TOO_MANY = "too many"


class NoSuchTagError(Exception):
    """There is no such tag to change or to delete; *test* can't be deleted."""


@dataclass(frozen=True)
class CountedTag:
    """A tag, and how many users have it."""

    tag: Tag
    users: int


class TagList:
    """Keeps the tags."""

    def __init__(self, base: Foundation) -> None:
        self._database = base.database
        self._clock = base.clock
        self._recorder = AuditRecorder(base.chain, base.clock)

    def every(self) -> list[Tag]:
        """Return all tags."""
        with self._database.read() as connection:
            return store.every(connection)

    def counted(self) -> list[CountedTag]:
        """Return all tags with how many users have each."""
        with self._database.read() as connection:
            users = store.users(connection)
            return [CountedTag(tag, users.get(tag.id, 0)) for tag in store.every(connection)]

    def create(self, name: str, colour: str, actor: Actor) -> TagRefusal | None:
        """Add a tag, unless there is one of this name or there are too many."""
        with self._database.write() as connection:
            tags = store.every(connection)
            if len(tags) >= MOST:
                return TagRefusal.TOO_MANY
            if _has_name(tags, name):
                return TagRefusal.NAME_TAKEN
            tag_id = store.add(connection, _new_key(tags, name), name, colour, self._clock())
            told = {"name": name, "colour": colour}
            self._record(connection, Action.TAGS_CREATE, actor, tag_id, told)
        return None

    def change(self, tag_id: int, name: str, colour: str, actor: Actor) -> TagRefusal | None:
        """Give a tag another name or colour. Nothing new is not recorded.

        Raises:
            NoSuchTagError: it was deleted.

        """
        with self._database.write() as connection:
            tags = store.every(connection)
            tag = _get(tags, tag_id)
            if (tag.name, tag.colour) == (name, colour):
                return None
            if _has_name([each for each in tags if each is not tag], name):
                return TagRefusal.NAME_TAKEN
            told = {"name": name, "old_name": tag.name, "colour": colour}
            self._record(connection, Action.TAGS_CHANGE, actor, tag_id, told)
            store.change(connection, tag_id, name, colour)
        return None

    def delete(self, tag_id: int, actor: Actor) -> Tag:
        """Delete a tag, and take it off all users; return what it was.

        Raises:
            NoSuchTagError: it was deleted before, or is *test*.

        """
        with self._database.write() as connection:
            tag = _get(store.every(connection), tag_id)
            if tag.is_test:
                raise NoSuchTagError
            users = store.users(connection).get(tag_id, 0)
            told: Details = {"name": tag.name, "users": users}
            self._record(connection, Action.TAGS_DELETE, actor, tag_id, told)
            store.remove(connection, tag_id)
        return tag

    def _record(
        self, transaction: Transaction, action: Action, actor: Actor, tag_id: int, details: Details
    ) -> None:
        self._recorder.record(transaction, action, actor, Subject("tag", tag_id), details=details)


def _get(tags: Collection[Tag], tag_id: int) -> Tag:
    for tag in tags:
        if tag.id == tag_id:
            return tag
    raise NoSuchTagError


def _has_name(tags: Collection[Tag], name: str) -> bool:
    return fold(name) in {fold(tag.name) for tag in tags}


def _new_key(tags: Collection[Tag], name: str) -> str:
    """Return a key that no tag has: the name's words, with a number where they are taken."""
    folded = normalise(fold(name), "NFC")[:KEY_MAX]
    words = _BETWEEN_WORDS.sub("-", folded).strip("-") or "tag"
    keys = {tag.key for tag in tags}
    numbered = (f"{words}-{number}" for number in range(2, MOST + 2))
    return next(key for key in (words, *numbered) if key not in keys)
