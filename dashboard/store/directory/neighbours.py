"""Who comes before and after a user in a list, in one statement."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, ScalarSelect, select, tuple_

from dashboard.store.directory.matching import Matching
from dashboard.store.directory.search import SORTED_BY, DirectoryQuery, Sort, by_index, matching
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
    here = directory.alias("here")

    def beside(*, below: bool) -> ScalarSelect[UUID]:
        column = SORTED_BY[sort]
        place = tuple_(column, directory.c.id)
        start = tuple_(here.c[column.name], here.c.id)
        order = (column.desc(), directory.c.id.desc()) if below else (column, directory.c.id)
        if query.words or query.kyc:  # the few who are found, sorted
            statement = matching(connection, query, select(directory.c.user_id))
        else:
            nearest = by_index(select(directory.c.user_id), column)
            statement = Matching(connection, query).checked(nearest)
        statement = statement.where(place < start if below else place > start)
        return statement.order_by(*order).limit(1).correlate(here).scalar_subquery()

    statement = select(
        beside(below=not descends).label("previous"), beside(below=descends).label("next")
    ).where(here.c.user_id == user_id)
    row = connection.execute(statement).first()
    return Neighbours(row.previous, row.next) if row else Neighbours()
