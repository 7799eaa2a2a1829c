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
    listed = func.count().filter(_IS_KNOWN.where(condition))
    rows = connection.execute(_MARKED_BY_TAG.add_columns(listed)).all()
    every = tuple(Tag(*tag) for *tag, _, _ in rows)
    if sum(row[-2] for row in rows) > MARKED_AT_MOST:
        return TagCounts(every, None)
    return TagCounts(every, {tag.key: row[-1] for tag, row in zip(every, rows, strict=True)})


_MARKED = select(user_tags).limit(MARKED_AT_MOST + 1).cte("marked").prefix_with("MATERIALIZED")
# A join would let SQLite read the whole directory for a filter of its own.
_IS_KNOWN = exists().where(directory.c.user_id == _MARKED.c.user_id)
_MARKED_BY_TAG = (
    select(*TAG, func.count(_MARKED.c.user_id))
    .select_from(tags)
    .outerjoin(_MARKED, _MARKED.c.tag_id == tags.c.id)
    .group_by(*TAG)
    .order_by(tags.c.id)
)
