"""The rotation rehearsed under load: two workers, people loading pages, the vendor's console."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from dashboard.services.permissions import Role
from dashboard.simulator import KeyPair
from tests.faults.support.people import serve_people
from tests.support.clock import wait_until
from tests.support.http_visitor import HttpVisitor
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = pytest.mark.long
PAGE = "/settings/credentials"
PEOPLE = 8
PAUSE_S = 0.1  # between the pages of a person


class Seen(NamedTuple):
    """A page that someone loaded, and when."""

    person: int
    began: float
    ended: float
    status: int


@dataclass
class Load:
    """Pages loaded by people."""

    seen: list[Seen] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, person: int, visitor: HttpVisitor, path: str) -> None:
        while not self.stopped.wait(PAUSE_S):
            began = time.monotonic()
            status = visitor.get(path).status_code
            self.seen.append(Seen(person, began, time.monotonic(), status))

    def go_on(self) -> None:
        """Wait until everyone has loaded a page that they began to load from now on."""
        since = time.monotonic()
        wait_until(lambda: len({one.person for one in self.seen if one.began > since}) == PEOPLE)

    def statuses(self, since: float = 0.0, until: float = float("inf")) -> set[int]:
        """Return those of the pages that were loaded within this time."""
        return {one.status for one in self.seen if since <= one.began and one.ended <= until}


@dataclass(frozen=True)
class Rehearsal:
    admin: HttpVisitor
    people: tuple[HttpVisitor, ...]
    load: Load
    simulator: RunningSimulator
    user: str

    def step(self, path: str, **typed: str) -> float:
        """Send one form of the page; return when it was answered."""
        token = self.admin.form(PAGE)["csrf_token"]
        answer = self.admin.post(f"{PAGE}{path}", {"csrf_token": token, **typed})
        assert answer.status_code == 303, (path, answer.status_code)
        return time.monotonic()

    def add(self, pair: KeyPair) -> None:
        self.step("", api_key=pair.api_key, api_secret=pair.api_secret)

    def under_load(self, play: Callable[[], None]) -> None:
        """Play it while all load pages; no one may lose their session."""
        paths = ["/users", f"/users/{self.user}"]
        with ThreadPoolExecutor(PEOPLE) as pool:
            loops = [
                pool.submit(self.load.run, number, person, paths[number % 2])
                for number, person in enumerate(self.people)
            ]
            try:
                self.load.go_on()
                play()
                self.load.go_on()
            finally:
                self.load.stopped.set()
            for loop in loops:
                loop.result()
        assert len(self.load.seen) >= 4 * PEOPLE
        assert not self.load.statuses() & {303, 401, 403}, "somebody was logged out"


@pytest.fixture
def rehearsal(simulator: RunningSimulator, migrated: Path, tmp_path: Path) -> Iterator[Rehearsal]:
    settings = safe_settings(tmp_path, simulator)
    more = {"WEB_CONCURRENCY": "2", "WEB_THREADS": "16"}
    with serve_people(tmp_path, migrated, settings, **more) as served:
        people = tuple(served.log_in(Role.SUPPORT) for _ in range(PEOPLE))
        user = str(simulator.users()[0]["id"])
        yield Rehearsal(served.log_in(Role.ADMIN), people, Load(), simulator, user)


def test_the_better_order_fails_no_page(rehearsal: Rehearsal) -> None:
    simulator = rehearsal.simulator
    first = simulator.key_number(simulator.first)

    def play() -> None:
        number, pair = simulator.generate_keys()
        rehearsal.add(pair)
        rehearsal.step("/1/prove")
        rehearsal.step("/1/switch")
        rehearsal.load.go_on()
        simulator.clear_requests()
        rehearsal.load.go_on()
        assert {call.pair for call in simulator.requests()} == {number}
        simulator.revoke_keys(first)
        rehearsal.load.go_on()

    rehearsal.under_load(play)
    assert rehearsal.load.statuses() == {200}


def test_the_vendor_s_order_fails_pages_only_in_its_own_gap(rehearsal: Rehearsal) -> None:
    simulator = rehearsal.simulator
    simulator.set_rivals(key_pairs="one")
    gap: list[float] = []

    def play() -> None:
        gap.append(time.monotonic())
        simulator.revoke_keys(simulator.key_number(simulator.first))
        rehearsal.load.go_on()
        _, pair = simulator.generate_keys()
        rehearsal.add(pair)
        rehearsal.step("/1/prove")
        gap.append(rehearsal.step("/1/switch"))
        rehearsal.load.go_on()

    rehearsal.under_load(play)
    revoked, switched = gap
    load = rehearsal.load
    assert load.statuses(until=revoked) == load.statuses(since=switched) == {200}
    assert load.statuses(revoked, switched) & {502, 503}
    assert load.statuses() <= {200, 502, 503}


def test_a_freeze_of_the_vendor_s_order_tries_nothing_in_the_gap(rehearsal: Rehearsal) -> None:
    simulator = rehearsal.simulator
    tried: list[int] = []
    switched: list[float] = []

    def play() -> None:
        rehearsal.step("/freeze", reason="rehearsal")
        rehearsal.load.go_on()
        simulator.clear_requests()
        rehearsal.load.go_on()
        tried.append(len(simulator.requests()))
        simulator.revoke_keys(simulator.key_number(simulator.first))
        _, pair = simulator.generate_keys()
        rehearsal.add(pair)
        tried.append(len(simulator.requests()))
        rehearsal.step("/thaw", thaw="1")
        rehearsal.step("/1/prove")
        switched.append(rehearsal.step("/1/switch"))

    rehearsal.under_load(play)
    assert tried == [0, 0]
    load = rehearsal.load
    assert load.statuses() <= {200, 502, 503}
    assert load.statuses(since=switched[0]) == {200}


def test_a_pair_revoked_after_the_switch_falls_back_and_no_page_fails(
    rehearsal: Rehearsal,
) -> None:
    simulator = rehearsal.simulator

    def play() -> None:
        number, pair = simulator.generate_keys()
        rehearsal.add(pair)
        rehearsal.step("/1/prove")
        rehearsal.step("/1/switch")
        rehearsal.load.go_on()
        simulator.revoke_keys(number)
        rehearsal.load.go_on()

    rehearsal.under_load(play)
    assert rehearsal.load.statuses() == {200}
    assert "so we switched to another one" in rehearsal.admin.get("/").text
