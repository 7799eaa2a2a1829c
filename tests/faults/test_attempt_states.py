"""Attempts against a model of them: forms sent again, changed, overtaken, finished late, never."""

import itertools
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempt, Attempts
from dashboard.services.attempts.conflicts import (
    RUNNING_FOR_AT_MOST,
    AnotherBodyError,
    BusyElsewhere,
    InProgress,
    Superseded,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import sent_before
from dashboard.services.permissions import Permission, Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database
from tests.faults.support import ledger
from tests.faults.support.operations import Sending

WORKERS = 2
KEYS = Keyring("a secret key that is as long as it has to be", [])
USERS = st.sampled_from([UUID(int=1), UUID(int=2)])
BODIES = st.sampled_from(["one", "another"])
ENDS = st.sampled_from([Outcome.SUCCEEDED, Outcome.REJECTED, Outcome.UNKNOWN])


@dataclass
class Form:
    """A form that was opened, and what the model knows of it."""

    intent: Intent
    user: UUID
    body: str | None = None
    at: datetime | None = None
    seq: int = 0
    attempt: Attempt | None = None
    outcome: Outcome | None = None


class AttemptMachine(RuleBasedStateMachine):
    """Predicts the answer to every sending, and compares."""

    migrated: Path
    folder: Path
    numbers = itertools.count()
    forms = Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        file = self.folder / f"attempts-{next(self.numbers)}.sqlite3"
        shutil.copy(self.migrated, file)
        self.database = Database(f"sqlite:///{file}")
        self.now = datetime(2026, 6, 12, 12, tzinfo=UTC)
        self.chain = Chain(KEYS.keys(KeyPurpose.CHAIN), "local")
        Staff(self.database, self.chain, lambda: self.now).add(
            "ana@example.com", "Ana Martins", "a password of hers", [Role.ADMIN]
        )
        self.opened: list[Form] = []
        self.workers = [self._worker() for _ in range(WORKERS)]

    def teardown(self) -> None:
        known = ledger.attempts(self.database)
        assert len({one.nonce for one in known}) == len(known)
        recorded = {one.nonce: one.outcomes[-1] if one.outcomes else None for one in known}
        assert recorded == {form.intent.nonce: form.outcome for form in self.opened if form.at}
        with self.database.read() as connection:
            assert audit.verify(connection, self.chain.keys) is None
        self.database.close()

    @rule(target=forms, user=USERS)
    def open(self, user: UUID) -> Form:
        nonce, newest = f"nonce-{next(self.numbers)}", self._newest()
        intent = Intent(1, Permission.KYC_START, user, nonce, opened_seq=newest)
        self.opened.append(Form(intent, user))
        return self.opened[-1]

    @rule(form=forms, body=BODIES, worker=st.integers(0, WORKERS - 1))
    def send(self, form: Form, body: str, worker: int) -> None:
        try:
            answer = self.workers[worker].start(Sending(form.intent, {"body": body}), Actor(1))
        except AnotherBodyError:
            assert form.body not in {None, body}
            return  # nothing was recorded, nor of other attempts
        self._give_up()
        if form.at is None:
            assert isinstance(answer, self._expected(form))
            if isinstance(answer, Attempt):
                form.body, form.at, form.attempt, form.seq = body, self.now, answer, answer.seq
            return
        assert form.body == body
        if form.outcome is None and self._may_run(form):
            assert answer == InProgress(form.at)
        else:
            assert answer == sent_before(form.outcome, form.seq, form.at)

    @rule(form=forms, outcome=ENDS, worker=st.integers(0, WORKERS - 1))
    def finish(self, form: Form, outcome: Outcome, worker: int) -> None:
        """Receive the answer, late or not: the last knowledge counts."""
        if form.attempt:
            self.workers[worker].finish(form.attempt, outcome)
            form.attempt, form.outcome = None, outcome

    @rule(form=forms, outcome=ENDS)
    def finish_after_it_was_given_up(self, form: Form, outcome: Outcome) -> None:
        """Reach quickly what draws would seldom reach."""
        if form.attempt and form.body:
            self.wait(61)
            self.restart(0)
            self.finish(form, outcome, 1)
            self.send(form, form.body, 0)

    @rule(form=forms)
    def crash(self, form: Form) -> None:
        form.attempt = None

    @rule(worker=st.integers(0, WORKERS - 1))
    def restart(self, worker: int) -> None:
        self.workers[worker] = self._worker()
        self.workers[worker].expire_abandoned()
        self._give_up()

    @rule(seconds=st.sampled_from([1, 30, 59, 60, 61]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _expected(self, form: Form) -> type[Attempt | BusyElsewhere | Superseded]:
        """Return what a form that is sent for the first time gets."""
        others = [one for one in self.opened if one.user == form.user and one.at]
        if any(one.outcome is None and self._may_run(one) for one in others):
            return BusyElsewhere
        later = [one for one in others if one.seq > form.intent.opened_seq]
        quicker = any(one.outcome is not Outcome.REJECTED for one in later)
        return Superseded if quicker else Attempt

    def _may_run(self, form: Form) -> bool:
        return form.at is not None and self.now - form.at < RUNNING_FOR_AT_MOST

    def _newest(self) -> int:
        with self.database.read() as connection:
            return int(connection.exec_driver_sql("SELECT max(seq) FROM audit").scalar_one())

    def _worker(self) -> Attempts:
        keys = KEYS.keys(KeyPurpose.FINGERPRINT)
        return Attempts(self.database, self.chain, keys, lambda: self.now)

    def _give_up(self) -> None:
        """An attempt that is older than any call becomes unknown at the next check."""
        for form in self.opened:
            if form.at and not form.outcome and self.now - form.at > RUNNING_FOR_AT_MOST:
                form.outcome = Outcome.UNKNOWN


@pytest.mark.parametrize("examples", [10, pytest.param(150, marks=pytest.mark.long)])
def test_attempts_do_what_their_model_does(migrated: Path, tmp_path: Path, examples: int) -> None:
    machine = type("Here", (AttemptMachine,), {"migrated": migrated, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            derandomize=True,
            database=None,
        ),
    )
