"""A table of people that was checked: what is wrong with each row, and which rows to send."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _

from dashboard.forms.jobs.columns import REGISTER
from dashboard.services.jobs.register import KnownEmail, NewRow, as_row
from dashboard.services.registrations.register import NewUser

LEFT_OUT = ("email", "country", "phone", "language", "type", "problem")


class RowReadiness(StrEnum):
    """Whether a row can be registered."""

    READY = "ready"
    FIX = "fix"
    REPEATED = "repeated"  # the email is in an earlier row
    KNOWN = "known"  # the email is known here
    DOUBTED = "doubted"  # the email fits another environment


MAY_GO = frozenset({RowReadiness.READY, RowReadiness.KNOWN, RowReadiness.DOUBTED})


@dataclass(frozen=True)
class CheckedRow:
    """A row: the value of each field, and what is wrong with it."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    errors: Mapping[str, str]
    user: NewUser | None = field(default=None, repr=False)
    same_as: int | None = None
    known: KnownEmail | None = None
    doubt: str = ""

    @property
    def readiness(self) -> RowReadiness:
        """Whether it can be registered."""
        if self.user is None:
            return RowReadiness.FIX
        if self.same_as:
            return RowReadiness.REPEATED
        if self.known:
            return RowReadiness.KNOWN
        return RowReadiness.DOUBTED if self.doubt else RowReadiness.READY

    @property
    def may_go(self) -> bool:
        """Whether it can be ticked."""
        return self.readiness in MAY_GO

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        match self.readiness:
            case RowReadiness.FIX:
                return " ".join(self.errors.values())
            case RowReadiness.REPEATED:
                return str(_("Same email as row %(row)s.", row=self.same_as))
            case RowReadiness.KNOWN:
                return " ".join(filter(None, (str(_("We already know this email.")), self.doubt)))
            case RowReadiness.DOUBTED:
                return self.doubt
            case RowReadiness.READY:
                return ""


@dataclass(frozen=True)
class Preview:
    """A table that was checked: its columns, the field of each, and its rows."""

    columns: tuple[str, ...]
    first: tuple[str, ...] = field(repr=False)
    fields: tuple[str, ...]
    rows: tuple[CheckedRow, ...]
    ticked: frozenset[int]

    @property
    def chosen(self) -> list[CheckedRow]:
        """Return the rows to send."""
        return [row for row in self.rows if row.number in self.ticked]

    @property
    def left_out(self) -> list[CheckedRow]:
        """Return the rows that are left out."""
        return [row for row in self.rows if row.number not in self.ticked]

    @property
    def worst_first(self) -> list[CheckedRow]:
        """Return the rows, those with problems first."""
        ready = [row for row in self.rows if row.readiness is RowReadiness.READY]
        return [row for row in self.rows if row.readiness is not RowReadiness.READY] + ready

    def count(self, readiness: RowReadiness) -> int:
        """Return how many rows are in this state."""
        return sum(row.readiness == readiness for row in self.rows)

    @property
    def may_start(self) -> bool:
        """Return whether there is a row that may be sent."""
        return any(row.may_go for row in self.rows)

    def to_start(self) -> list[NewRow]:
        """Return the rows of the job."""
        return [
            as_row(row.number, row.user, anyway=row.known is not None)
            for row in self.chosen
            if row.user
        ]

    def to_correct(self) -> Iterable[Mapping[str, str | None]]:
        """Return the rows that are left out, as rows of a file."""
        for row in self.left_out:
            values = [row.cells.get(name) or None for name in REGISTER.fields]
            yield dict(zip(LEFT_OUT, [*values, row.problem], strict=True))
