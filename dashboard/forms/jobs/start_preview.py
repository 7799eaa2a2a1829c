"""A table of users whose KYC is to be started, checked: which rows may go, and why not others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _

from dashboard.forms.jobs.columns import START_KYC
from dashboard.services.jobs.kinds import NewRow
from dashboard.services.jobs.start_kyc import KycApplicant, KycLane, Startable, as_row

LEFT_OUT = (*START_KYC.fields, "problem")


class StartReadiness(StrEnum):
    """Whether KYC can be started for the user of a row."""

    READY = "ready"
    FIX = "fix"
    REPEATED = "repeated"  # the user is in an earlier row
    CLOSED = "closed"  # the user isn't pending
    ELSEWHERE = "elsewhere"
    STARTED = "started"
    DOUBTED = "doubted"  # the email fits another environment, or isn't the registered one


MAY_GO = frozenset(
    {
        StartReadiness.READY,
        StartReadiness.ELSEWHERE,
        StartReadiness.STARTED,
        StartReadiness.DOUBTED,
    }
)


@dataclass(frozen=True)
class CheckedStart:
    """A row: the value of each field, what is wrong with it, and the user that it is about."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    errors: Mapping[str, str]
    user: Startable | None = None
    applicant: KycApplicant | None = field(default=None, repr=False)
    same_as: int | None = None
    doubt: str = ""

    @property
    def readiness(self) -> StartReadiness:
        """Whether KYC can be started."""
        if self.user and self.same_as:
            return StartReadiness.REPEATED
        if self.user and not self.user.is_pending:
            return StartReadiness.CLOSED
        if self.user is None or self.applicant is None:
            return StartReadiness.FIX
        if self.user.lane is KycLane.ELSEWHERE:
            return StartReadiness.ELSEWHERE
        if self.user.lane is not KycLane.NOT_STARTED:
            return StartReadiness.STARTED
        return StartReadiness.DOUBTED if self.doubt else StartReadiness.READY

    @property
    def may_go(self) -> bool:
        """Whether it can be ticked."""
        return self.readiness in MAY_GO

    @property
    def problem(self) -> str:
        """What is wrong, in words."""
        match self.readiness:
            case StartReadiness.FIX:
                return " ".join(self.errors.values())
            case StartReadiness.REPEATED:
                return str(_("Same user as row %(row)s.", row=self.same_as))
            case StartReadiness.CLOSED:
                return str(_("This user isn’t pending, so there’s no KYC to start."))
            case StartReadiness.ELSEWHERE:
                return self._and_doubt(_("KYC was started elsewhere."))
            case StartReadiness.STARTED:
                return self._and_doubt(_("KYC was started here before."))
            case _:
                return self.doubt

    def _and_doubt(self, words: str) -> str:
        return " ".join(filter(None, (words, self.doubt)))


@dataclass(frozen=True)
class StartPreview:
    """A table that was checked: its columns, the field of each, and its rows."""

    columns: tuple[str, ...]
    first: tuple[str, ...] = field(repr=False)
    fields: tuple[str, ...]
    rows: tuple[CheckedStart, ...]
    ticked: frozenset[int]

    @property
    def left_out(self) -> list[CheckedStart]:
        """Return the rows that are left out."""
        return [row for row in self.rows if row.number not in self.ticked]

    @property
    def worst_first(self) -> list[CheckedStart]:
        """Return the rows, those with problems first."""
        ready = [row for row in self.rows if row.readiness is StartReadiness.READY]
        return [row for row in self.rows if row.readiness is not StartReadiness.READY] + ready

    def count(self, *readiness: StartReadiness) -> int:
        """Return how many rows are in one of these states."""
        return sum(row.readiness in readiness for row in self.rows)

    @property
    def may_start(self) -> bool:
        """Return whether there is a row that may be sent."""
        return any(row.may_go for row in self.rows)

    def to_start(self) -> list[NewRow]:
        """Return the rows of the job."""
        return [
            as_row(row.number, row.user, row.applicant)
            for row in self.rows
            if row.number in self.ticked and row.user and row.applicant
        ]

    def to_correct(self) -> Iterable[Mapping[str, str | None]]:
        """Return the rows that are left out, as rows of a file."""
        for row in self.left_out:
            values = [row.cells.get(name) or None for name in START_KYC.fields]
            yield dict(zip(LEFT_OUT, [*values, row.problem], strict=True))
