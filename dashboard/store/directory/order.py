"""The order of a page, and where it starts: what is sorted by, then a row's own number."""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    UnaryExpression,
    and_,
    asc,
    bindparam,
    desc,
    or_,
    true,
)
from sqlalchemy.sql import ColumnCollection

from dashboard.store.directory.columns import select_users
from dashboard.store.directory.query import SORTED_BY, PageOf
from dashboard.store.schema import directory


class RowOrder:
    """An order from one place on. A page before a row is read backwards."""

    def __init__(self, page: PageOf) -> None:
        self.column = SORTED_BY[page.sort]
        self.rows = select_users(page.tokens_at)
        self.parameters = {"tokens_at": page.tokens_at}
        self.descends = page.is_descending != (page.before is not None)
        self._start = page.before or page.after

    def of(self, columns: ColumnCollection[str, Any]) -> list[UnaryExpression[Any]]:
        """Return what rows with these columns are sorted by."""
        keys = (columns[self.column.name], columns["id"])
        return [desc(each) if self.descends else asc(each) for each in keys]

    @property
    def is_from_the_end(self) -> bool:
        """Whether a page starts at an end of the list, and not beyond a row."""
        return self._start is None

    def stretches(self) -> tuple[ColumnElement[bool], ...]:
        """Return the rows beyond the start as conditions that an index answers, one after another.

        SQLite compares pairs by their first half only: all users may have one status.
        """
        if self._start is None:
            return (true(),)
        value = bindparam(None, self._start.value, self.column.type)
        ids: Column[int] = directory.c.id
        number = self._start.id
        if self.descends:
            return and_(self.column == value, ids < number), self.column < value
        return and_(self.column == value, ids > number), self.column > value

    def is_beyond(self) -> ColumnElement[bool]:
        """Return the condition that a row is on this page or a later one."""
        return or_(*self.stretches())
