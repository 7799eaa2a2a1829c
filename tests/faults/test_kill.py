"""kill -9 at six points: nothing is done without a row, nothing is lost without a word."""

import os
import time
from dataclasses import dataclass, replace
from random import Random

import pytest

from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from tests.faults.support import ledger
from tests.faults.support.campaign import INTENT, SAID
from tests.faults.support.killer import POINTS, Served
from tests.faults.support.openings import Opening, draw
from tests.faults.support.report import Figure
from tests.faults.support.workers import Workers
from tests.support.clock import PATIENCE_S
from tests.support.sampling import one_in
from tests.support.servers.simulator_process import LoggedRequest, RunningSimulator

SEED = int(os.environ.get("FAULT_SEED") or 20260612)
NOTHING_YET = "before the intent"
UNSENT = {NOTHING_YET, "after the attempted row"}
CHUNKS, ROUNDS = 8, 25
GIVEN_UP_S = 61
# Of the API's own faults only those that come with an answer: the worker dies anyway.
FAULTS: tuple[dict[str, object], ...] = (
    {},
    {},
    {"latency_ms": 30},
    {"reset": "after"},
    {"status": 503, "done": True},
    {"status": 400},
)


@dataclass
class Rounds:
    """One round after the other, over one database and one simulator."""

    random: Random
    workers: Workers
    simulator: RunningSimulator
    database: Database
    chain: Chain

    def __post_init__(self) -> None:
        users = self.simulator.users()
        self.random.shuffle(users)
        self.waiting = [str(one["id"]) for one in users if one["status"] == "pending"]
        self.active = [str(one["id"]) for one in users if one["status"] == "active"]

    def play(self, point: str) -> None:
        form = self._opened()
        fault = {"method": "POST", "times": 1, **self.random.choice(FAULTS)}
        self.simulator.set_faults([fault])
        assert self.workers.post(form.path, form.fields, point=point).killed, point
        calls = self._calls_of(form, expected=point not in UNSENT)
        self.simulator.set_faults([])
        attempt = self._attempt_of(form)
        assert (attempt is None) == (point == NOTHING_YET)
        if attempt and not attempt.outcomes and self.random.random() < 0.5:
            told = self.workers.post(form.path, form.fields, restart=True)
            assert told.status == 409, "a new worker, at once"
            assert "Still processing" in told.text
        told = self.workers.post(form.path, form.fields, restart=True, later_s=GIVEN_UP_S)
        self._look_over(form, told, len(calls) if attempt else 1)

    def _look_over(self, form: Opening, told: Served, calls: int) -> None:
        """The same form gets, after the restart, what is recorded by then."""
        attempt = self._attempt_of(form)
        assert attempt
        outcome = attempt.outcomes[-1]
        first_try = outcome == "succeeded" and told.status == 200  # the page with the token
        assert first_try or told.status in SAID[form.action][outcome]
        assert len(self._calls_of(form, expected=calls > 0)) == calls
        found = ledger.problems(self.simulator.requests(), self.database, self.chain.keys)
        assert not found

    def _opened(self) -> Opening:
        new = draw(self.random, self.waiting, self.active)
        found = INTENT.search(self.workers.get(new.page).text)
        assert found
        return replace(new, fields={**new.fields, "intent": found[1]})

    def _calls_of(self, form: Opening, *, expected: bool) -> list[LoggedRequest]:
        """Return the calls of this form; what left a dying worker may still be on its way."""
        until = time.monotonic() + PATIENCE_S
        while True:
            log = ledger.writes(self.simulator.requests())
            calls = [one for one in log if ledger.key_of(one) == (form.action, form.about)]
            if calls or not expected or time.monotonic() > until:
                assert bool(calls) == expected
                return calls
            time.sleep(0.01)

    def _attempt_of(self, form: Opening) -> ledger.Attempt | None:
        key = (form.action, form.about)
        found = [one for one in ledger.attempts(self.database) if one.key == key]
        assert len(found) < 2
        return found[0] if found else None


@pytest.fixture
def rounds(
    request: pytest.FixtureRequest,
    workers: Workers,
    simulator: RunningSimulator,
    database: Database,
    chain: Chain,
) -> Rounds:
    random = Random(SEED + request.param)  # noqa: S311  to be repeated, not to be guessed at
    return Rounds(random, workers, simulator, database, chain)


@pytest.mark.long
@pytest.mark.parametrize("rounds", one_in(CHUNKS, range(CHUNKS)), indirect=True)
def test_200_workers_killed_lose_nothing_and_do_nothing_twice(
    rounds: Rounds, figure: Figure
) -> None:
    for point in rounds.random.sample([*POINTS] * ROUNDS, ROUNDS):
        rounds.play(point)
    figure("first seed", SEED)
    figure("kill rounds", ROUNDS)
    log = rounds.simulator.requests()
    figure("calls doubled", ledger.count_doubled(rounds.database, log))
    figure("calls unaudited", ledger.count_unaudited(rounds.database, log))
