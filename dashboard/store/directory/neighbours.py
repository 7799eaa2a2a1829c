"""Who comes before and after a user in a list, in one statement."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from dashboard.store.directory.matching import Matching
from dashboard.store.directory.search import SORTED_BY, DirectoryQuery, Sort
from dashboard.store.schema import directory


@dataclass(frozen=True)
class Neighbours:
    """The users on either side, None at an end of the list or for a user who is not known here."""

    previous: UUID | None = None
    next: UUID | None = None


def find(
    connection: Connection, query: DirectoryQuery, sort: Sort, user_id: UUID, *, descends: bool
) -> Neighbours:
    """Return the neighbours of a user; they may have left the list themselves."""
    column, number = SORTED_BY[sort], directory.c.id
    here = directory.alias("here")
    start = here.c[column.name]
    users = Matching(connection, query).found(select(directory.c.user_id))

    def first(*beyond: ColumnElement[bool], below: bool) -> ScalarSelect[UUID]:
        order = (column.desc(), number.desc()) if below else (column, number)
        statement = users.where(*beyond).order_by(*order).limit(1)
        return statement.correlate(here).scalar_subquery()

    def beside(*, below: bool) -> ColumnElement[UUID]:
        """Return the nearest with the same value, else with another: an index answers each."""
        same = first(
            column == start, number < here.c.id if below else number > here.c.id, below=below
        )
        other = first(column < start if below else column > start, below=below)
        return func.coalesce(same, other, type_=directory.c.user_id.type)

    statement = select(
        beside(below=not descends).label("previous"), beside(below=descends).label("next")
    ).where(here.c.user_id == user_id)
    row = connection.execute(statement).first()
    return Neighbours(row.previous, row.next) if row else Neighbours()
