"""Two days of the desk, by a clock that is moved: five are started, and each fares differently."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, Server
from tests.browser.support.two_days import (
    NAMES,
    OTHER_USERS,
    WAITING,
    Cast,
    Colleague,
    Watcher,
    join,
)
from tests.support.clock import wait_until
from tests.support.servers.simulator_process import RunningSimulator, start_simulator
from tests.support.world import MovedWorld, play_world

SESSIONS = {"SESSION_IDLE_MIN": "1440", "SESSION_MAX_H": "168"}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORDS = {
    "en": {
        "not_started": "Not started here",
        "link_fresh": "Link active",
        "link_expired": "Link probably expired",
        "elsewhere": "Started elsewhere",
        "unknown": "Start not confirmed",
        "became_active": "Became active",
        "1_active": "1 became active",
        "2_expired": "2 links probably expired",
        "first_visit": "Your first visit",
        "1_user": r"Users\s*1",
        "last_known": "so rows show what we last saw",
        "holds": "Following waits for the API",
        "late": "Not checked since",
        "following": "Following: last asked",
        "again": "Was active, and is pending again",
    },
    "es": {
        "not_started": "Sin iniciar aquí",
        "link_fresh": "Enlace activo",
        "link_expired": "Enlace quizá vencido",
        "elsewhere": "Iniciado en otro lado",
        "unknown": "Inicio sin confirmar",
        "became_active": "Se activó",
        "1_active": "1 se activó",
        "2_expired": "2 enlaces probablemente",
        "first_visit": "primera visita",
        "1_user": r"Usuarios\s*1",
        "last_known": "las filas muestran lo último que vimos",
        "holds": "El seguimiento espera a la API",
        "late": "Sin consultar desde",
        "following": "Seguimiento: última consulta",
        "again": "Estaba activo y volvió a estar pendiente",
    },
}


STARTED = {
    **dict.fromkeys(("approved", "failed", "expired"), "link_fresh"),
    "elsewhere": "elsewhere",
    "unanswered": "unknown",
    WAITING: "not_started",
}
OTHERS = {"not_started": 1, "elsewhere": 1, "unknown": 1}


@dataclass(frozen=True)
class Play:
    """Its steps. `order` are the rows as the watchers found them."""

    world: MovedWorld
    cast: Cast
    watchers: list[Watcher]
    visitors: list[Colleague]
    order: list[str]

    def everyone_has_registered(self) -> None:
        for watcher in self.watchers:
            assert watcher.counts() == {"all": 6, "not_started": 6}
        for visitor in self.visitors:
            visitor.reads("since", "first_visit")

    def five_are_started(self) -> None:
        for name in NAMES:
            self.cast.start(self.visitors[0].page, name)
        for watcher in self.watchers:
            watcher.sees(STARTED)
            assert watcher.order() == self.order
            assert watcher.marked() == {*NAMES}

    def one_is_approved_after_18_minutes(self) -> None:
        self.let_happen("approved", "approved", 18 * MINUTE)
        self.let_happen("failed", "failed", HOUR)
        self.world.move(20 * MINUTE)
        for watcher in self.watchers:
            watcher.sees({**STARTED, "approved": "became_active"})
            watcher.waits_for(watcher.page.locator("#news"), "1_active")
            assert watcher.order() == self.order
            counts = {"all": 5, "link_fresh": 2, "became_active": 1, **OTHERS}
            assert watcher.counts() == counts
            assert watcher.order() == [WAITING, *(name for name in NAMES if name != "approved")]

    def one_fails_of_which_the_api_says_nothing_while_no_page_asks(self) -> None:
        for colleague in (*self.visitors, *(watcher.who for watcher in self.watchers)):
            colleague.page.goto("about:blank")
        self.world.simulator.clear_requests()
        self.world.move(3 * HOUR)
        wait_until(lambda: self.cast.asked_about() == {*NAMES} - {"approved"})
        for watcher in self.watchers:
            watcher.page.goto("/kyc")
            watcher.sees({"failed": "link_fresh"})
            counts = {"all": 5, "link_fresh": 2, "became_active": 1, **OTHERS}
            assert watcher.counts() == counts
        for visitor in self.visitors:
            visitor.reads("since", "1_active")
            visitor.reads("time", "1_user")
            assert visitor.weeks() == [6 + OTHER_USERS, 5, 1]

    def the_api_limits_for_three_hours_and_what_is_known_is_muted(self) -> None:
        limit = {"status": 429, "beyond_per_min": 0, "retry_after_s": 1800, "for_s": 3 * 3600}
        self.world.simulator.set_faults([limit])
        self.world.move(2 * HOUR)
        for watcher in self.watchers:
            order = watcher.order()
            watcher.waits_for(watcher.page.locator("#notice"), "last_known")
            watcher.waits_for(watcher.page.locator("#following"), "holds")
            watcher.waits_for(watcher.row("failed"), "late")
            assert watcher.order() == order
        self.world.move(2 * HOUR)
        for watcher in self.watchers:
            watcher.waits_for(watcher.page.locator("#following"), "following")
            watcher.sees_nothing_late()
            expect(watcher.page.locator("#notice")).to_be_empty()

    def after_a_day_two_links_have_probably_expired(self) -> None:
        self.world.move(17 * HOUR)
        for watcher in self.watchers:
            watcher.sees({"failed": "link_expired", "expired": "link_expired"})
            counts = {"all": 5, "link_expired": 2, "became_active": 1, **OTHERS}
            assert watcher.counts() == counts
        for visitor in self.visitors:
            visitor.reads("since", "2_expired")

    def one_flips_back_and_after_two_days_three_are_overdue(self) -> None:
        self.let_happen("approved", "pending", 3 * HOUR)
        self.world.simulator.clear_requests()
        self.world.move(25 * HOUR)
        followed = {"failed", "expired", "elsewhere", "unanswered"}
        wait_until(
            lambda: self.cast.asked_about() >= followed
        )  # no page asks: all sessions are over
        wait_until(lambda: self.cast.known()["approved"].status == "pending")  # by the daily sweep
        for watcher in self.watchers:
            watcher.who.come_in("/kyc")  # no session lasts so long without a touch
            watcher.sees({"approved": "link_expired"})
            watcher.waits_for(watcher.row("approved").locator("th"), "again")
            counts = {"all": 6, "overdue": 3, "link_expired": 3, **OTHERS}
            assert watcher.counts() == counts
            expect(watcher.who.to_do).to_have_count(0)  # they own none of them

    def one_of_the_overdue_is_taken_and_counts_for_the_owner(self) -> None:
        owner = self.visitors[0]
        owner.come_in("/kyc")
        owner.takes(self.cast.ids[WAITING])
        owner.page.reload()
        expect(owner.to_do).to_have_text("1")
        self.watchers[0].page.reload()
        expect(self.watchers[0].who.to_do).to_have_count(0)

    def let_happen(self, name: str, what: str, after: timedelta) -> None:
        self.world.simulator.let_happen(self.cast.ids[name], what, after)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One without people: everyone in it is of the play."""
    with start_simulator(tmp_path_factory.mktemp("empty"), users=0) as running:
        yield running


@pytest.fixture(scope="module")
def world(
    simulator: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MovedWorld]:
    folder = tmp_path_factory.mktemp("two-days")
    with play_world(simulator, migrated, folder, **SESSIONS) as world:
        yield world


@pytest.fixture(scope="module")
def server(world: MovedWorld) -> Server:
    return world.server


@pytest.fixture
def cast(world: MovedWorld) -> Cast:
    return join(world)


@pytest.fixture
def hire(new_context: NewContext, add_person: AddPerson) -> Callable[[str], Colleague]:
    """Add a person of the KYC team, with a browser of their own."""

    def hire(language: str) -> Colleague:
        page = new_context(locale=language, viewport={"width": 1280, "height": 900}).new_page()
        page.clock.install()
        return Colleague(page, WORDS[language], *add_person(Role.KYC))

    return hire


@pytest.fixture
def play(cast: Cast, hire: Callable[[str], Colleague]) -> Play:
    cast.world.move(2 * MINUTE)
    wait_until(lambda: len(cast.known()) == len(cast.ids))
    watchers = [Watcher(hire(language), cast) for language in WORDS]
    visitors = [hire(language) for language in WORDS]
    for watcher in watchers:
        watcher.who.come_in("/kyc")
    for visitor in visitors:
        visitor.come_in("/")
    return Play(cast.world, cast, watchers, visitors, watchers[0].order())


def test_two_days(play: Play) -> None:
    play.everyone_has_registered()
    play.five_are_started()
    play.one_is_approved_after_18_minutes()
    play.one_fails_of_which_the_api_says_nothing_while_no_page_asks()
    play.the_api_limits_for_three_hours_and_what_is_known_is_muted()
    play.after_a_day_two_links_have_probably_expired()
    play.one_flips_back_and_after_two_days_three_are_overdue()
    play.one_of_the_overdue_is_taken_and_counts_for_the_owner()
