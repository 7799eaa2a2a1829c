"""A row of a table of users whose KYC is to be started, checked: whether it may go, and why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import gettext as _

from dashboard.services.jobs.kinds import NewRow
from dashboard.services.jobs.start_kyc import KycApplicant, KycLane, Startable, as_row


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

    @property
    def new_row(self) -> NewRow | None:
        """The row of the job; None where KYC can't be started."""
        if self.user is None or self.applicant is None:
            return None
        return as_row(self.number, self.user, self.applicant)
