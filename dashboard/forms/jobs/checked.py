"""A table that was checked: what is wrong with each row, and which rows are ticked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from dashboard.forms.jobs.table import Table
from dashboard.services.jobs.kinds import NewRow

READY = "ready"


class TableRow(Protocol):
    """A row: the value of each field, and whether and why it may be sent."""

    @property
    def number(self) -> int:
        """The number of the row in the table."""

    @property
    def cells(self) -> Mapping[str, str]:
        """The value of each field."""

    @property
    def readiness(self) -> StrEnum:
        """`READY`, or what is wrong."""

    @property
    def may_go(self) -> bool:
        """Whether it can be ticked."""

    @property
    def problem(self) -> str:
        """What is wrong, in words."""

    @property
    def new_row(self) -> NewRow | None:
        """The row of the job; None where it can't be sent."""


Row = TypeVar("Row", bound=TableRow)


@dataclass(frozen=True)
class CheckedTable(Generic[Row]):
    """A table, its rows as they were checked, and the numbers of those that are ticked."""

    table: Table
    rows: tuple[Row, ...]
    ticked: frozenset[int]

    @property
    def chosen(self) -> list[Row]:
        """The rows to send."""
        return [row for row in self.rows if row.number in self.ticked]

    @property
    def left_out(self) -> list[Row]:
        """The rows that are left out."""
        return [row for row in self.rows if row.number not in self.ticked]

    @property
    def worst_first(self) -> list[Row]:
        """The rows, those with problems first."""
        ready = [row for row in self.rows if row.readiness == READY]
        return [row for row in self.rows if row.readiness != READY] + ready

    @property
    def may_start(self) -> bool:
        """Whether there is a row that may be sent."""
        return any(row.may_go for row in self.rows)

    def count(self, *readiness: str) -> int:
        """Return how many rows are in one of these states."""
        return sum(row.readiness in readiness for row in self.rows)

    def to_start(self) -> list[NewRow]:
        """Return the rows of the job."""
        return [row.new_row for row in self.chosen if row.new_row]


def ticks(rows: Iterable[TableRow], chosen: set[int] | None) -> frozenset[int]:
    """Return the rows to tick: those chosen that may go, or without a choice what is ready."""
    if chosen is None:
        return frozenset(row.number for row in rows if row.readiness == READY)
    return frozenset(row.number for row in rows if row.may_go and row.number in chosen)
