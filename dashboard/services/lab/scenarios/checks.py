"""Records checks of answers against the contract, each once."""

from dataclasses import dataclass, field

from dashboard.partner.raw.answer import RawAnswer, Shape
from dashboard.partner.raw.open_points import error_text
from dashboard.services.lab.scenarios.points import Point, Scenario, points_of
from dashboard.services.lab.scenarios.report import (
    Because,
    Check,
    CheckResult,
    OpenPoint,
    OpenReading,
)

SHOWN = 6  # deviations of one answer
AS_DOCUMENTED = "as documented"


@dataclass
class Checks:
    """The checks and readings of one run, in the order in which they were made."""

    scenario: Scenario = Scenario.FLOW
    made: dict[tuple[Scenario, Point], Check] = field(default_factory=dict)
    read: dict[OpenPoint, OpenReading] = field(default_factory=dict)

    def status(self, point: Point, answer: RawAnswer, *expected: int) -> bool:
        """Check the status of an answer; return whether it is one of these."""
        wanted = " or ".join(map(str, expected))
        return self.that(point, answer, str(answer.status), wanted, answer.status in expected)

    def shape(self, point: Point, answer: RawAnswer, *deviations: tuple[str, ...]) -> bool:
        """Check that an answer has no deviations from documented shapes."""
        found = [each for some in deviations for each in some]
        more = [f"{len(found) - SHOWN} more"] if len(found) > SHOWN else []
        got = "; ".join([*found[:SHOWN], *more]) or AS_DOCUMENTED
        return self.that(point, answer, got, AS_DOCUMENTED, not found)

    def object(self, point: Point, answer: RawAnswer, *shapes: Shape) -> bool:
        """Check that the objects of an answer have the documented fields, and no others."""
        return self.shape(point, answer, *(answer.deviations(each) for each in shapes))

    def text(self, point: Point, answer: RawAnswer, documented: str) -> bool:
        """Check what a refusal says, where it says something that can be read."""
        if not (said := error_text(answer)):
            self.not_run(point, Because.NO_TEXT)
            return False
        is_it = said == documented
        return self.that(point, answer, documented if is_it else "another text", documented, is_it)

    def that(
        self,
        point: Point,
        answer: RawAnswer,
        got: str,
        expected: str,
        holds: bool,  # noqa: FBT001
    ) -> bool:
        """Record what an answer shows; return whether it holds."""
        self.made[self.scenario, point] = Check(
            scenario=self.scenario,
            point=point,
            result=CheckResult.PASSED if holds else CheckResult.FAILED,
            expected=expected,
            got=got,
            call=f"{answer.verb} {answer.path}",
            status=answer.status,
            at=answer.at,
            took_ms=answer.took_ms,
        )
        return holds

    def not_run(self, point: Point, because: Because) -> None:
        """Record that a point was not checked."""
        self.made[self.scenario, point] = Check(
            self.scenario, point, CheckResult.NOT_RUN, because=because
        )

    def skip_rest(self, because: Because) -> None:
        """Record that the scenario's other points were not checked."""
        for point in points_of(self.scenario):
            if (self.scenario, point) not in self.made:
                self.not_run(point, because)

    def reads(self, of: OpenPoint, value: str | int) -> None:
        """Record which reading of an open point the server has."""
        self.read[of] = OpenReading(of, str(value))
