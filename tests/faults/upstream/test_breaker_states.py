"""The breaker against a model of it: workers whose clocks differ, time, and calls that cross."""

import itertools
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from dashboard.partner.asker import Asker, asking_for
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import HeldBack, Ticket
from dashboard.partner.telemetry import CallResult
from dashboard.services.clocks import APART
from dashboard.services.upstream.breaker import (
    FAILURES,
    FIRST_PAUSE,
    NOW_AGAIN_AFTER,
    PAUSES,
    PERSON_WAITS_AT_MOST,
    PROBE_HELD,
    PROBE_TAKES,
    THRESHOLD,
    Breaker,
)
from dashboard.store.db.database import Database

CLOCKS = [timedelta(seconds=seconds) for seconds in (0, 0, 5, -5)]  # of the workers
WORKERS = len(CLOCKS)
PAIR = Credentials("key", "secret")
TOLD_S = 600
LONG_AGO = datetime.min.replace(tzinfo=UTC)
RESULTS = st.sampled_from(CallResult)


@dataclass
class Opened:
    """An outage, as the model has it."""

    at: datetime
    retry_at: datetime
    probes: int = 0  # reads that were let out to find out, and
    tries: int = 0  # those of them that failed
    result: CallResult = CallResult.DOWN
    probing_until: datetime | None = None
    waits_since: datetime = LONG_AGO
    asking: dict[Ticket, datetime] = field(default_factory=dict)  # reads under way, since when

    def retry_at_for(self, who: Asker) -> datetime:
        """Return when a read of theirs may go out."""
        longest = {
            Asker.PROGRAM: timedelta.max,
            Asker.BUDGET: timedelta.max,
            Asker.PERSON: PERSON_WAITS_AT_MOST,
            Asker.NOW: NOW_AGAIN_AFTER if self.tries else timedelta(),
        }[who]
        return self.waits_since + min(self.retry_at - self.waits_since, longest)


class BreakerMachine(RuleBasedStateMachine):
    """Predicts for every call whether it may go out, and compares."""

    migrated: Path
    folder: Path
    numbers = itertools.count()
    calls = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        file = self.folder / f"breaker-{next(self.numbers)}.sqlite3"
        shutil.copy(self.migrated, file)
        self.database = Database(f"sqlite:///{file}")
        self.now = datetime(2026, 6, 12, 12, tzinfo=UTC)
        self.workers = [
            Breaker(self.database, partial(self._time_at, worker)) for worker in range(WORKERS)
        ]
        self.failures = 0
        self.opened: Opened | None = None

    def teardown(self) -> None:
        self.database.close()

    @rule(
        target=calls,
        worker=st.integers(0, WORKERS - 1),
        is_write=st.booleans(),
        who=st.sampled_from(Asker),
    )
    def ask(self, worker: int, is_write: bool, who: Asker) -> object:  # noqa: FBT001  Hypothesis draws it
        with asking_for(who):
            answer = self.workers[worker].enter(PAIR, is_write=is_write)
        if self.opened is None:
            assert isinstance(answer, Ticket)
            assert not answer.is_probe
            return (answer, worker)
        now = self._time_at(worker)
        waiting = now < self.opened.retry_at_for(who) or self._is_probing(now)
        if waiting or is_write:
            assert isinstance(answer, HeldBack)
            assert answer.retry_after_s is not None
            longest = max(PAUSES).total_seconds() if who.is_person else TOLD_S
            assert 0 < answer.retry_after_s <= longest + APART.total_seconds()
            return multiple()
        assert isinstance(answer, Ticket)
        assert answer.is_probe
        self.opened.probes += 1
        self.opened.tries += self.opened.probing_until is not None
        self.opened.probing_until = now + PROBE_HELD
        assert all(self.now - since > PROBE_TAKES for since in self.opened.asking.values())
        self.opened.asking[answer] = self.now
        return (answer, worker)

    @rule(call=consumes(calls), result=RESULTS, told_s=st.sampled_from([None, None, 5, TOLD_S]))
    def answered(self, call: tuple[Ticket, int], result: CallResult, told_s: float | None) -> None:
        ticket, worker = call
        if self.opened:
            self.opened.asking.pop(ticket, None)
        self.workers[worker].leave(ticket, result, told_s)
        if result in FAILURES:
            self._failed(worker, ticket, result, told_s)
        elif ticket.is_probe or ticket.was_failing:
            self.failures, self.opened = 0, None

    @rule(worker=st.integers(0, WORKERS - 1))
    def go_down(self, worker: int) -> None:
        """Reach quickly what three draws would seldom reach."""
        for _ in range(THRESHOLD):
            ticket = self.workers[worker].enter(PAIR, is_write=True)
            if isinstance(ticket, Ticket):
                self.workers[worker].leave(ticket, CallResult.DOWN, None)
                self._failed(worker, ticket, CallResult.DOWN, None)

    @rule(seconds=st.sampled_from([1, 2, 3, 9, 10, 11, 20, 60, 600]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def what_pages_say_is_so(self) -> None:
        for number, worker in enumerate(self.workers):
            outage, now = worker.find_outage(PAIR.id), self._time_at(number)
            assert (outage is None) == (self.opened is None)
            if outage and self.opened:
                for told, who in (
                    (outage.program_retry_at, Asker.PROGRAM),
                    (outage.retry_at, Asker.PERSON),
                    (outage.now_at, Asker.NOW),
                ):
                    until = self.opened.probing_until or LONG_AGO + APART
                    answered_at = until - APART
                    wait = answered_at if answered_at > now else until
                    assert told == max(self.opened.retry_at_for(who), wait)

    @invariant()
    def an_outage_costs_few_calls(self) -> None:
        if self.opened:
            waited = (self.now - self.opened.at + APART) / min(PAUSES)
            assert self.opened.probes <= 1 + waited  # the one that a person chose

    def _time_at(self, worker: int) -> datetime:
        return self.now + CLOCKS[worker]

    def _is_probing(self, now: datetime) -> bool:
        until = self.opened.probing_until if self.opened else None
        return until is not None and now < until

    def _pause(self, opened: Opened) -> timedelta:
        return PAUSES[min(FIRST_PAUSE[opened.result] + opened.tries, len(PAUSES) - 1)]

    def _failed(
        self, worker: int, ticket: Ticket, result: CallResult, told_s: float | None
    ) -> None:
        now = self._time_at(worker)
        self.failures += 1
        if self.opened:
            self.opened.result = result
        told = timedelta(seconds=told_s or 0)
        if self.opened is None and (self.failures >= THRESHOLD or told):
            self.opened = Opened(self.now, now, result=result)
        elif (
            self.opened is None
            or ticket.probe_until_at != self.opened.probing_until
            or not ticket.is_probe
        ):
            return
        self.opened.tries += ticket.is_probe
        self.opened.retry_at = now + (told or self._pause(self.opened))
        self.opened.waits_since = now
        self.opened.probing_until = None


@pytest.mark.parametrize("examples", [10, pytest.param(150, marks=pytest.mark.long)])
def test_the_breaker_does_what_its_model_does(
    migrated: Path, tmp_path: Path, examples: int
) -> None:
    machine = type("Here", (BreakerMachine,), {"migrated": migrated, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            derandomize=True,
            database=None,
        ),
    )
