"""The tokens of a run: issued when its starter asks to see them, shown once, and never kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dashboard.partner.capture import Exchange, captured
from dashboard.partner.errors import Forbidden, NotFound
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import MayHaveHappened, Refused
from dashboard.services.foundation import Foundation
from dashboard.services.lab.ends import step_of
from dashboard.services.lab.runs import LabRun, PersonOfRun
from dashboard.services.permissions import Permission
from dashboard.services.tokens.issue import Asked, Issued, Purpose, Tokens
from dashboard.store.lab import steps
from dashboard.store.lab.runs import Person
from dashboard.store.lab.steps import StepKind, StepOutcome


@dataclass(frozen=True)
class ShownToken:
    """Someone's token, for the one answer that shows it."""

    person: Person
    issued: Issued = field(repr=False)


@dataclass(frozen=True)
class ShownTokens:
    """The tokens that were issued, those that were not, and those that were not asked for."""

    shown: Sequence[ShownToken]
    refused: Sequence[Person]
    lost: Sequence[Person]
    left: int


class LabTokens:
    """Issues the tokens of a run, one call for each user."""

    def __init__(self, base: Foundation, tokens: Tokens) -> None:
        self._database = base.database
        self._clock = base.clock
        self._tokens = tokens

    def issue(self, run: LabRun, intent: Intent, actor: Actor) -> ShownTokens:
        """Issue the tokens that are missing, once per form.

        It ends at the first user for whom the API gives no clear answer: it may be down.

        Raises: as `Tokens.issue`, before anything was issued.
        """
        shown, refused, lost = list[ShownToken](), list[Person](), list[Person]()
        wanted = run.needing_tokens
        for place, each in enumerate(wanted):
            result = self._ask(run, each, intent, actor)
            match result:
                case Issued():
                    shown.append(ShownToken(each.person, result))
                case Refused(Forbidden() | NotFound()):
                    refused.append(each.person)
                case MayHaveHappened():
                    lost.append(each.person)
                    return ShownTokens(shown, refused, lost, len(wanted) - place - 1)
                case _:
                    return ShownTokens(shown, refused, lost, len(wanted) - place)
        return ShownTokens(shown, refused, lost, 0)

    def _ask(self, run: LabRun, each: PersonOfRun, intent: Intent, actor: Actor) -> Asked:
        person, began_at = each.person, self._clock()
        own = Intent(
            intent.staff_id,
            Permission.TOKENS_ISSUE,
            person.user_id,
            f"{intent.nonce}.{person.row_id}",
            person.email,
            intent.opened_seq,
        )
        with captured() as exchanges:
            result = self._tokens.issue(own, Purpose(run.order.reason, None), actor)
        outcome = _outcome(result)
        if outcome:
            exchange = exchanges[-1] if exchanges else Exchange("", "", began_at, 0)
            step = step_of(StepKind.TOKEN, outcome, exchange)
            with self._database.write() as connection:
                steps.put(connection, run.job.id, person.row_id, person.user_id, step)
        return result


def _outcome(result: Asked) -> StepOutcome | None:
    match result:
        case Issued():
            return StepOutcome.PASSED
        case MayHaveHappened():
            return StepOutcome.LOST
        case Refused(Forbidden() | NotFound()):
            return StepOutcome.FAILED
        case _:
            return None
