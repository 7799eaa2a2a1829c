"""How many users of a list have each tag."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, select

from dashboard.store.schema import directory, tags, user_tags
from dashboard.store.tags.tags import TAG, Tag

MARKED_AT_MOST = 10_000


@dataclass(frozen=True)
class TagCounts:
    """All tags, and by key how many users of a list have each; None where there are too many."""

    tags: tuple[Tag, ...]
    users: Mapping[str, int] | None


def read(connection: Connection, condition: ColumnElement[bool]) -> TagCounts:
    """Count the users who match a condition, by tag."""
    marked = select(user_tags).limit(MARKED_AT_MOST + 1).cte("marked").prefix_with("MATERIALIZED")
    # A join would let SQLite read the whole directory for a filter of its own.
    is_listed = exists().where(directory.c.user_id == marked.c.user_id, condition)
    statement = (
        select(*TAG, func.count(marked.c.user_id), func.count().filter(is_listed))
        .select_from(tags)
        .outerjoin(marked, marked.c.tag_id == tags.c.id)
        .group_by(*TAG)
        .order_by(tags.c.id)
    )
    rows = connection.execute(statement).all()
    every = tuple(Tag(*tag) for *tag, _, _ in rows)
    if sum(row[-2] for row in rows) > MARKED_AT_MOST:
        return TagCounts(every, None)
    return TagCounts(every, {tag.key: row[-1] for tag, row in zip(every, rows, strict=True)})
