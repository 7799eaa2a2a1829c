"""Runs scenarios against the Partner API, outside production, and reports what they found."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.crypto.keyring import KeyPurpose
from dashboard.partner.asker import Asker, Caller, asking_for, caller
from dashboard.partner.errors import Unavailable
from dashboard.partner.raw.client import RawClient
from dashboard.partner.simulator import SimulatorControls
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import new_nonce
from dashboard.services.foundation import Foundation
from dashboard.services.lab.scenarios import flow, played, refusals
from dashboard.services.lab.scenarios.calls import ScenarioCalls
from dashboard.services.lab.scenarios.checks import Checks
from dashboard.services.lab.scenarios.points import ONLY_SIMULATOR, Scenario
from dashboard.services.lab.scenarios.report import (
    Because,
    CheckResult,
    NoAnswer,
    ProductionError,
    Report,
)
from dashboard.services.lab.scenarios.run import CannotContinueError, Run
from dashboard.services.permissions import Permission
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.services.tokens.fingerprints import Fingerprints
from dashboard.store.audit.chain import Outcome

PLAYS: Mapping[Scenario, Callable[[Run], None]] = {
    Scenario.FLOW: flow.play,
    Scenario.DUPLICATE_EMAIL: refusals.duplicate_email,
    Scenario.SECOND_KYC: refusals.second_kyc,
    Scenario.PENDING_TOKEN: refusals.pending_token,
    Scenario.UNKNOWN_USER: refusals.unknown_user,
    Scenario.BAD_INPUT: refusals.bad_input,
    Scenario.WRONG_KEYS: refusals.wrong_keys,
    Scenario.EXPIRED_LINK: played.expired_link,
    Scenario.RATE_LIMIT: played.rate_limit,
}


@dataclass(frozen=True)
class ScenarioSettings:
    """Where scenarios run. `simulator` is None where the API is a real one."""

    in_production: bool
    simulator: SimulatorControls | None
    list_names: Mapping[str, str]
    test_email: str


class Scenarios:
    """Runs scenarios, one after the other."""

    def __init__(self, client: RawClient, base: Foundation, settings: ScenarioSettings) -> None:
        self._client = client
        self._base = base
        self._settings = settings
        self._recorder = AuditRecorder(base.chain, base.clock)
        self._fingerprints = Fingerprints(base.keyring.keys(KeyPurpose.FINGERPRINT))

    def run(self, wanted: Sequence[Scenario], actor: Actor) -> Report:
        """Run these scenarios for a person. Each registers users of its own.

        Raises:
            ProductionError: in production nothing is run.
            NotRecordedError: nothing could be recorded, so nothing more was sent.
            StoreError: what came of a call could not be recorded.
            BudgetSpentError: the person reached an hourly budget.

        """
        if self._settings.in_production:
            raise ProductionError
        nonce = new_nonce()
        names = {"scenarios": ", ".join(wanted)}
        with self._base.database.write() as transaction:
            seq = self._recorder.record(
                transaction,
                Permission.LAB_RUN,
                actor,
                outcome=Outcome.ATTEMPTED,
                intent=nonce,
                details=names,
            )
        token = caller.set(Caller(actor.staff_id, actor.request_id))
        try:
            with asking_for(Asker.PERSON):
                report = self._play(wanted, actor)
        finally:
            caller.reset(token)
        with self._base.database.write() as transaction:
            self._recorder.append_bounded(
                transaction,
                Permission.LAB_RUN,
                actor,
                Subject("scenarios", names["scenarios"]),
                Outcome.SUCCEEDED,
                attempt_seq=seq,
                intent=nonce,
                details={
                    **names,
                    **{each.name.lower(): report.count(each) for each in CheckResult},
                },
            )
        return report

    def _play(self, wanted: Sequence[Scenario], actor: Actor) -> Report:
        simulator = self._settings.simulator
        if simulator and not simulator.is_there():
            simulator = None
        started_at, started = self._base.clock(), time.monotonic()
        checks = Checks()
        sending = ScenarioCalls(self._client, self._base, self._recorder, self._fingerprints, actor)
        run = Run(sending, checks, simulator, self._settings.list_names, self._settings.test_email)
        ended_by = None
        for scenario in wanted:
            checks.scenario = sending.scenario = scenario
            if ended_by is None:
                ended_by = _play_one(run, scenario)
            checks.skip_rest(_why_not(scenario, simulator, ended_by))
        return Report(
            started_at=started_at,
            took_ms=round((time.monotonic() - started) * 1000),
            on_simulator=simulator is not None,
            checks=tuple(checks.made.values()),
            readings=tuple(checks.read.values()),
            ended_by=ended_by,
        )


def _play_one(run: Run, scenario: Scenario) -> NoAnswer | None:
    """Play a scenario to its end, or as far as it goes."""
    try:
        PLAYS[scenario](run)
    except CannotContinueError:
        return None
    except Unavailable as error:
        return NoAnswer(f"{error.verb} {error.path}", error.kind)
    return None


def _why_not(
    scenario: Scenario, simulator: SimulatorControls | None, ended_by: NoAnswer | None
) -> Because:
    if simulator is None and scenario in ONLY_SIMULATOR:
        return Because.SIMULATOR_ONLY
    return Because.NO_ANSWER if ended_by else Because.NOT_REACHED
