"""Seeded people who press every button at the same time, on an upstream that fails in every way.

A campaign goes in rounds: a few forms are opened, each is sent in a way that people send forms
(once, or two or three times in parallel, by a colleague too), with a fault for nearly every call.
In the end the worker settles what it can, and each form is sent once more with nothing wrong, then
with another body: it has to get what was recorded. Then the ledger is compared.

Each of these bugs was planted once, and this is what found it:
- a success recorded before the call: `a success that did not happen`
- a POST retried like a GET: `2 calls for 1 attempts`
- a body that cannot be read taken for a success: `succeeded, and not kept in registrations`
- a 5xx, or a lost answer, of a write taken for a refusal: `done, and recorded as rejected`
- a form that is not found again, or not unique: `3 attempts of one form`
- another body let through: `tokens:issue with another body: 502`
- a redirect that is followed: `the other host was asked`
- another inquiry's id kept: `kept in inquiries, and never made`
- a token in an audit row, or printed: `a token lies in the database`, `a token is in the log`
- a transaction that takes its lock late (BEGIN without IMMEDIATE): answers that disagree
- a call made before its attempt is committed: `sent before it was recorded`
"""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from random import Random

from flask import Flask
from flask.testing import FlaskClient

from dashboard.partner.client import PartnerClient
from dashboard.services.actors import WORKER
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.upstream import breakers
from tests.faults.support import ledger, menu
from tests.faults.support.calls import give
from tests.faults.support.openings import PATHS, draw
from tests.faults.support.witness import Witness
from tests.support.browsing import Visitor
from tests.support.clock import PATIENCE_S, TestClock
from tests.support.servers.simulator_process import RunningSimulator

DEADLINE_S = 0.4
FORMS_A_ROUND = 7
READS_A_ROUND = 8
AT_ONCE = 12
FINE, CONFLICT, BUG, BUSY = 200, 409, 500, 503
TRIES = 3
INTENT = re.compile(r'name="intent" value="([^"]+)"')
UNAFFECTED = ("/account", "/audit", "/tokens", "/healthz")
# How a form that is sent once more is answered, by what was recorded of it.
SAID = {
    "users:register": {"succeeded": {303}, "unknown": {502}, "rejected": {422}},
    "kyc:start": {"succeeded": {303}, "unknown": {303}, "rejected": {303, 422}},
    "tokens:issue": {"succeeded": {409}, "unknown": {502}, "rejected": {422}},
}


@dataclass(eq=False)
class Form:
    """A form that was opened, and what came of it.

    `about` is the email or the user, as the ledger has them; `tokens` counts the answers with one.
    `is_first` says that all answers before the last were of a busy database, so it has the token.
    """

    action: str
    path: str
    fields: dict[str, str]
    about: str
    owner: Visitor
    tokens: int = 0
    at_last: int = 0
    is_first: bool = False
    with_another_body: int | None = None


class Campaign:
    """One seed, one application, one database. `people` are logged in and may do everything."""

    def __init__(
        self,
        *,
        seed: int,
        app: Flask,
        database: Database,
        clock: TestClock,
        simulator: RunningSimulator,
        people: list[Visitor],
        elsewhere: str,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)  # noqa: S311  to be repeated, not to be guessed at
        self.forms: list[Form] = []
        self.unaffected_s: list[float] = []
        self._services: Services = app.extensions["services"]
        self._database = database
        self._clock = clock
        self._simulator = simulator
        self._people = people
        self._elsewhere = elsewhere
        self._csrf = {id(one): one.csrf_token() for one in people}
        self._waiting = self._shuffled("pending")
        self._active = self._shuffled("active")
        self._client: PartnerClient = self._services.kyc.starts._starter  # noqa: SLF001
        self._credential = self._services.credentials.active.current().id  # whose breaker to forget
        give(self._client, DEADLINE_S)  # hangs cost time
        calls = self._client._calls  # noqa: SLF001
        self.witness = calls._gate = Witness(calls._gate, database)  # noqa: SLF001

    def run(self, faults: int) -> None:
        """Go on until so many faults were played."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while self.faults_played() < faults:
                self._round(pool)
            self._heal()
            time.sleep(2.0)  # late work may still be running
            give(self._client, PATIENCE_S)
            self._settle()
            list(pool.map(self._send_once_more, self.forms))

    def _settle(self) -> None:
        """Let the worker find out what can be found out, once nothing is at work any more."""
        self._clock.advance(seconds=61)
        while self._services.registrations.reconciler.reconcile_lost(WORKER):
            pass

    def _shuffled(self, status: str) -> list[str]:
        users = [str(one["id"]) for one in self._simulator.users() if one["status"] == status]
        self.random.shuffle(users)
        return users

    def faults_played(self) -> int:
        return sum(menu.spoils(call.fault) for call in self._simulator.requests())

    def _round(self, pool: ThreadPoolExecutor) -> None:
        self._heal()
        opened = [form for form in (self._opened() for _ in range(FORMS_A_ROUND)) if form]
        self.forms += opened
        reads = [
            {**menu.of_a_read(self.random), "method": "GET", "times": 1}
            for _ in range(READS_A_ROUND)
        ]
        self._simulator.set_faults([*(self._fault(form) for form in opened), *reads])
        errands = [errand for form in opened for errand in self._errands(form)]
        errands += [partial(self._look, path) for path in ("/users", "/", "/kyc")]
        errands.append(self._look_at_what_asks_nobody)
        self.random.shuffle(errands)
        for done in [pool.submit(errand) for errand in errands]:
            done.result()

    def _heal(self) -> None:
        """Have the upstream back, and forget that it was ever away."""
        self._simulator.set_faults([])
        with self._database.write() as connection:
            breakers.forget(connection, self._credential)

    def _fault(self, form: Form) -> menu.Fault:
        fault = menu.of_a_write(self.random, self._elsewhere)
        return {**fault, "method": "POST", "path": PATHS[form.action], "times": 1}

    def _opened(self) -> Form | None:
        """Open a form as one of the staff, about a user that no other form is about."""
        owner = self.random.choice(self._people)
        new = draw(self.random, self._waiting, self._active)
        found = INTENT.search(_tab(owner).get(new.page).text)
        fields = {**new.fields, "intent": found[1]} if found else {}
        return Form(new.action, new.path, fields, new.about, owner) if found else None

    def _errands(self, form: Form) -> list[Callable[[], None]]:
        """Return one of the ways in which people send forms; all of it happens in parallel."""
        send = partial(self._send, form, form.owner)
        colleague = self.random.choice([one for one in self._people if one is not form.owner])
        by_colleague = partial(self._send, form, colleague)
        ways = ([send], [send, send], [send, send, send], [send, by_colleague])
        return list(self.random.choice(ways))

    def _send(self, form: Form, person: Visitor) -> None:
        self._answer(form, person, form.fields)

    def _send_once_more(self, form: Form) -> None:
        before = form.tokens
        form.at_last = self._answer_at_last(form, form.fields)
        form.is_first = form.at_last == FINE and form.tokens == before + 1
        if self.forms.index(form) % 3:
            return
        changed = {"email": "other@example.com", "reason": "Something else"}
        shared = {name: text for name, text in changed.items() if name in form.fields}
        form.with_another_body = self._answer_at_last(form, {**form.fields, **shared})

    def _answer_at_last(self, form: Form, fields: dict[str, str]) -> int:
        """Send a form until the database has time for it: a busy one sends nothing, and says so."""
        for _ in range(TRIES - 1):
            if (status := self._answer(form, form.owner, fields)) != BUSY:
                return status
        return self._answer(form, form.owner, fields)

    def _answer(self, form: Form, person: Visitor, fields: dict[str, str]) -> int:
        sent = {**fields, "csrf_token": self._csrf[id(person)]}
        answer = _tab(person).post(form.path, data=sent)
        assert answer.status_code != BUG, answer.text[:500]
        form.tokens += ledger.JWT in answer.data
        return answer.status_code

    def _look(self, path: str) -> None:
        answer = _tab(self.random.choice(self._people)).get(path)
        assert answer.status_code != BUG, answer.text[:500]

    def _look_at_what_asks_nobody(self) -> None:
        path = self.random.choice(UNAFFECTED)
        began = time.perf_counter()
        assert _tab(self._people[0]).get(path).status_code == FINE, path
        self.unaffected_s.append(time.perf_counter() - began)


def _tab(person: Visitor) -> FlaskClient:
    """Return another tab of the same browser."""
    tab = person.http.application.test_client()
    tab._cookies = dict(person.http._cookies or {})  # noqa: SLF001  the client has no other way
    return tab


def disagreements(forms: list[Form], known: list[ledger.Attempt]) -> list[str]:
    """Return which forms were not told, in the end, what was recorded of them."""
    of_key = {one.key: one for one in known}
    found = []
    for form in forms:
        attempt = of_key.get((form.action, form.about))
        if attempt is None:
            found.append(f"a form without an attempt: {form.about} {form.at_last}")
            continue
        outcome = attempt.outcomes[-1]
        if form.at_last not in SAID[form.action][outcome] and not form.is_first:
            found.append(f"{form.action} {outcome}, and told {form.at_last}")
        if form.with_another_body not in {None, CONFLICT}:
            found.append(f"{form.action} with another body: {form.with_another_body}")
        if form.tokens != (outcome == "succeeded" and form.action == "tokens:issue"):
            found.append(f"{form.action} {outcome}, and {form.tokens} answers with a token")
    return found
