"""Tags: the list that admins keep, and which users have which."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Connection,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from dashboard.store.db.database import Transaction
from dashboard.store.db.texts import holds_part
from dashboard.store.directory import follow_up
from dashboard.store.directory.follow_up import TEST
from dashboard.store.schema import directory, tags, user_tags
from dashboard.text.search import START, name_key
from dashboard.text.secrets import without_links


@dataclass(frozen=True)
class Tag:
    """A tag. Addresses name it by its key, which stays when it gets another name."""

    id: int
    key: str
    kept_name: str
    colour: str

    @property
    def name(self) -> str:
        """Its name, as everyone may see it."""
        return _open_name(self.kept_name)

    @property
    def is_test(self) -> bool:
        """Whether it marks test users: it is always there."""
        return self.key == TEST


_BETWEEN = "; "  # two names in one text
TAG = (tags.c.id, tags.c.key, tags.c.name, tags.c.colour)


def every(connection: Connection) -> list[Tag]:
    """Return all tags, by number."""
    return [Tag(*row) for row in connection.execute(select(*TAG).order_by(tags.c.id))]


def of_users(connection: Connection, user_ids: Iterable[UUID]) -> dict[UUID, list[Tag]]:
    """Return the tags of each of these users who has any."""
    found = defaultdict[UUID, list[Tag]](list)
    rows = connection.execute(
        select(user_tags.c.user_id, *TAG)
        .join(tags, tags.c.id == user_tags.c.tag_id)
        .where(user_tags.c.user_id.in_(list(user_ids)))
        .order_by(tags.c.id)
    )
    for user_id, *tag in rows:
        found[user_id].append(Tag(*tag))
    return found


def beside(connection: Connection, user_id: UUID) -> tuple[tuple[Tag, ...], frozenset[int]]:
    """Return all tags, and the numbers of those that a user has."""
    rows = connection.execute(_BESIDE, {"user_id": user_id}).all()
    every = tuple(Tag(*tag) for *tag, _ in rows)
    return every, frozenset(tag_id for *_, tag_id in rows if tag_id is not None)


_OF_USER = (user_tags.c.tag_id == tags.c.id) & (user_tags.c.user_id == bindparam("user_id"))
_BESIDE = select(*TAG, user_tags.c.tag_id).outerjoin(user_tags, _OF_USER).order_by(tags.c.id)


def names() -> ScalarSelect[str]:
    """Return the names of the tags of a row of the directory as one text; null for none."""
    of_user = (
        select(tags.c.name)
        .join(user_tags, user_tags.c.tag_id == tags.c.id)
        .where(user_tags.c.user_id == directory.c.user_id)
        .order_by(tags.c.id)
        .correlate(directory)
        .subquery()
    )
    return select(func.aggregate_strings(of_user.c.name, _BETWEEN)).scalar_subquery()


def open_names(names: str | None) -> str | None:
    """Return such a text as everyone may see it."""
    return _BETWEEN.join(map(_open_name, names.split(_BETWEEN))) if names else None


def _open_name(name: str) -> str:
    """Return a name without a link or an inquiry ID: older names may have one."""
    return without_links(name).strip() or "…"


def users(connection: Connection) -> dict[int, int]:
    """Return how many users have each tag that any has."""
    counted = select(user_tags.c.tag_id, func.count().label("users")).group_by(user_tags.c.tag_id)
    return {row.tag_id: row.users for row in connection.execute(counted)}


def named(text: str) -> Select[UUID]:
    """Return the statement for the users who have a tag with this folded word in its name."""
    return _HAVING.where(holds_part(tags.c.folded, f"{name_key(text)}{START}"))


def having(key: str) -> Select[UUID]:
    """Return the statement for the users who have the tag with this key."""
    return _HAVING.where(tags.c.key == key)


_HAVING = select(user_tags.c.user_id).join(tags, tags.c.id == user_tags.c.tag_id)


def _folded(name: str) -> str:
    return f"{name_key(name)}{START}"


def add(transaction: Transaction, key: str, name: str, colour: str, at: datetime) -> int:
    """Add a tag; return its number."""
    values = {"key": key, "name": name, "folded": _folded(name), "colour": colour}
    added = insert(tags).values(**values, created_at=at)
    return int(transaction.execute(added.returning(tags.c.id)).scalar_one())


def change(transaction: Transaction, tag_id: int, name: str, colour: str) -> None:
    """Give a tag a name and a colour."""
    values = {"name": name, "folded": _folded(name), "colour": colour}
    transaction.execute(update(tags).where(tags.c.id == tag_id).values(values))


def remove(transaction: Transaction, tag_id: int) -> None:
    """Remove a tag, from all users too. The directory copies only *test*, which always stays."""
    transaction.execute(delete(user_tags).where(user_tags.c.tag_id == tag_id))
    transaction.execute(delete(tags).where(tags.c.id == tag_id))


def put(
    transaction: Transaction, user_id: UUID, tag: Tag, staff_id: int | None, at: datetime
) -> None:
    """Set a tag on a user who does not have it."""
    row = {"user_id": user_id, "tag_id": tag.id, "staff_id": staff_id, "set_at": at}
    transaction.execute(insert(user_tags).values(row))
    _copy(transaction, user_id, tag)


def take(transaction: Transaction, user_id: UUID, tag: Tag) -> None:
    """Take a tag off a user."""
    here = (user_tags.c.user_id == user_id) & (user_tags.c.tag_id == tag.id)
    transaction.execute(delete(user_tags).where(here))
    _copy(transaction, user_id, tag)


def _copy(transaction: Transaction, user_id: UUID, tag: Tag) -> None:
    if tag.is_test:
        follow_up.put(transaction, [user_id])
