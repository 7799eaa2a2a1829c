"""A row of a table of people that was checked: what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _

from dashboard.services.jobs.register import KnownEmail, NewRow, as_row
from dashboard.services.registrations.register import NewUser


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

    @property
    def new_row(self) -> NewRow | None:
        """The row of the job; None where it can't be registered."""
        is_known = self.known is not None
        return as_row(self.number, self.user, anyway=is_known) if self.user else None
