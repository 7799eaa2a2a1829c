"""Owner, snooze and the tag *test* on a user's row of the directory, copied from their tables."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from dashboard.store.schema import directory, owners, snoozes, tags, user_tags

TEST = "test"
"""The key of the tag that marks test users."""


def put(connection: Connection, user_ids: Collection[UUID]) -> None:
    """Copy it for these users, where they are in the directory; whatever changes it calls this."""
    connection.execute(_COPY, {"users": list(user_ids)})


def wake(connection: Connection, user_ids: Collection[UUID]) -> bool:
    """End the snoozes of these users; return whether there was one."""
    ended = connection.execute(_END, {"users": list(user_ids)})
    if ended.rowcount:
        put(connection, user_ids)
    return bool(ended.rowcount)


def tests_among(connection: Connection, user_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these users are test users."""
    return frozenset(connection.execute(_TESTS_AMONG, {"users": list(user_ids)}).scalars())


_END = delete(snoozes).where(snoozes.c.user_id.in_(bindparam("users", expanding=True)))
_TESTS_AMONG = select(directory.c.user_id).where(
    directory.c.user_id.in_(bindparam("users", expanding=True)), directory.c.is_test
)
_OWNER = owners.c.user_id == directory.c.user_id
_SNOOZE = snoozes.c.user_id == directory.c.user_id
_TESTS = select(user_tags.c.user_id).join(tags, tags.c.id == user_tags.c.tag_id)
_COPY = (
    update(directory)
    .where(directory.c.user_id.in_(bindparam("users", expanding=True)))
    .values(
        owner_id=select(owners.c.staff_id).where(_OWNER).scalar_subquery(),
        owner_active_at=select(owners.c.active_at).where(_OWNER).scalar_subquery(),
        snoozed_until_at=select(snoozes.c.until_at).where(_SNOOZE).scalar_subquery(),
        is_test=exists(
            _TESTS.where(user_tags.c.user_id == directory.c.user_id, tags.c.key == TEST)
        ),
    )
)
