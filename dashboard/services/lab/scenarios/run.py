"""One run: what scenarios are given, and the steps that several of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from dashboard.partner.raw import calls
from dashboard.partner.raw.answer import RawAnswer
from dashboard.partner.raw.open_points import error_body
from dashboard.partner.simulator import SimulatorControls
from dashboard.services.lab.scenarios.calls import DONE, REFUSED, ScenarioCalls
from dashboard.services.lab.scenarios.checks import Checks
from dashboard.services.lab.scenarios.people import TestPerson, make_person
from dashboard.services.lab.scenarios.report import Because, OpenPoint


class CannotContinueError(Exception):
    """A step did not give what the rest of its scenario needs."""


@dataclass
class Run:
    """What a scenario is given. `simulator` is None where the API is a real one."""

    calls: ScenarioCalls
    checks: Checks
    simulator: SimulatorControls | None
    list_names: Mapping[str, str]
    test_email: str

    def make_person(self) -> TestPerson:
        """Make up a person to register."""
        return make_person(self.test_email)

    def register(self, person: TestPerson) -> UUID:
        """Register a user that the rest of a scenario is about. Raises CannotContinueError."""
        return self.user_in(self.calls.write(calls.register(person.user)))

    def user_in(self, answer: RawAnswer) -> UUID:
        """Return the user that was registered. Raises CannotContinueError."""
        try:
            if answer.status in DONE:
                return UUID(answer.text("data.user.id"))
        except ValueError:
            pass
        raise CannotContinueError

    def start_kyc(self, user_id: UUID, person: TestPerson) -> RawAnswer:
        """Start KYC for the first time. Raises CannotContinueError."""
        answer = self.calls.write(calls.start_kyc(user_id, person.applicant))
        if answer.status not in DONE:
            raise CannotContinueError
        return answer

    def refused(self, answer: RawAnswer) -> RawAnswer:
        """Note what the body of a refusal looks like."""
        if answer.status in REFUSED:
            self.checks.reads(OpenPoint.ERROR_BODY, error_body(answer))
        return answer

    def require_simulator(self) -> SimulatorControls:
        """Return the simulator; raises CannotContinueError where there is none."""
        if self.simulator is None:
            self.checks.skip_rest(Because.SIMULATOR_ONLY)
            raise CannotContinueError
        return self.simulator
