"""What a run of scenarios found: checks, readings of open points, and one verdict."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.services.lab.scenarios.points import Point, Scenario


class CheckResult(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


class Because(StrEnum):
    """Why a check was not run."""

    SIMULATOR_ONLY = "only the simulator can play it"
    NOT_REACHED = "an earlier step did not give what it needs"
    NO_ANSWER = "no answer came"
    NO_TEXT = "the answer has no text"
    NOT_TOLD = "the list does not tell"


class Verdict(StrEnum):
    """What a whole report says."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


class OpenPoint(StrEnum):
    """An open point of the contract; the names are those of the simulator's variants."""

    CREATED_STATUS = "created_status"
    DUPLICATE_STATUS = "duplicate_status"
    KYC_STATUS = "kyc_status"
    BAD_UUID_STATUS = "bad_uuid_status"
    ERROR_BODY = "error_body"
    VERIFICATION_URL = "verification_url"
    LIST_ITEMS = "list_items"
    LIST_COUNTERS = "list_counters"
    LIST_PAGING = "list_paging"
    LIST_ORDER = "list_order"
    LIST_LIMIT = "list_limit"
    LIST_SEARCH = "list_search"
    RETRY_AFTER = "retry_after"


ASSUMED = {
    OpenPoint.CREATED_STATUS: "201",
    OpenPoint.DUPLICATE_STATUS: "409",
    OpenPoint.KYC_STATUS: "200",
    OpenPoint.BAD_UUID_STATUS: "400",
    OpenPoint.ERROR_BODY: "success_error",
    OpenPoint.VERIFICATION_URL: "documented",
    OpenPoint.LIST_ITEMS: "data.users",
    OpenPoint.LIST_COUNTERS: "data.total",
    OpenPoint.LIST_PAGING: "pages",
    OpenPoint.LIST_ORDER: "newest",
    OpenPoint.LIST_LIMIT: "honoured",
    OpenPoint.LIST_SEARCH: "honoured",
    OpenPoint.RETRY_AFTER: "seconds",
}
"""How this dashboard reads an open point until a server shows otherwise."""


class ProductionError(Exception):
    """Scenarios register test users, so production has none. Nothing was sent."""


@dataclass(frozen=True)
class Check:
    """One check. `expected` and `got` have statuses, names and types, and never a value.

    `call` is the verb and the template of the path; it is '' where nothing was sent for it.
    """

    scenario: Scenario
    point: Point
    result: CheckResult
    expected: str = ""
    got: str = ""
    call: str = ""
    status: int | None = None
    at: datetime | None = None
    took_ms: int | None = None
    because: Because | None = None


@dataclass(frozen=True)
class OpenReading:
    """The reading of an open point that the server was seen to have."""

    of: OpenPoint
    value: str

    @property
    def is_assumed(self) -> bool:
        """Whether it is the one that the contract's notes assume."""
        return ASSUMED[self.of] == self.value


@dataclass(frozen=True)
class NoAnswer:
    """The call that got no answer, and the kind of an Unavailable; the run ended there."""

    call: str
    kind: str


@dataclass(frozen=True)
class Report:
    """A whole run. `ended_by` is None unless a call got no answer."""

    started_at: datetime
    took_ms: int
    on_simulator: bool
    checks: tuple[Check, ...]
    readings: tuple[OpenReading, ...]
    ended_by: NoAnswer | None = None

    def count(self, result: CheckResult) -> int:
        """Return how many checks came out like this."""
        return sum(each.result == result for each in self.checks)

    @property
    def verdict(self) -> Verdict:
        """A failed check decides; without one, a run that ended early tells nothing."""
        if self.count(CheckResult.FAILED):
            return Verdict.FAILED
        if self.ended_by or not self.count(CheckResult.PASSED):
            return Verdict.NOT_RUN
        return Verdict.PASSED

    def failed_first(self) -> list[Check]:
        """Return the checks as people read them: failed, not run, passed."""
        order = (CheckResult.FAILED, CheckResult.NOT_RUN, CheckResult.PASSED)
        return sorted(self.checks, key=lambda each: order.index(each.result))


def scenarios_in(checks: Iterable[Check]) -> list[Scenario]:
    """Return the scenarios of these checks, in their order."""
    return list(dict.fromkeys(each.scenario for each in checks))
