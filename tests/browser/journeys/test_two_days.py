"""Two days of the desk, by a clock that is moved: five are started, and each fares differently."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page

from dashboard.services.permissions import Role
from dashboard.simulator.state.people import timestamp
from dashboard.store.directory import rows
from dashboard.store.directory.kyc_lanes import lane_of
from dashboard.store.kyc.lane_times import times_at
from dashboard.store.kyc.states import KycLane
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.servers.simulator_process import RunningSimulator, start_simulator
from tests.support.world import MovedWorld, play_world

NAMES = ("approved", "failed", "expired", "elsewhere", "unanswered", "waiting")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NO_RESPONSE = {"method": "POST", "path": "/kyc", "reset": "after", "times": 1}


@dataclass(frozen=True)
class Cast:
    """The users of the play, by what becomes of them."""

    world: MovedWorld
    ids: dict[str, str]

    def lanes(self) -> dict[str, KycLane | None]:
        """Return the lane of each, as the directory's rows have it."""
        with self.world.server.database.read() as connection:
            known = rows.get(connection, [UUID(each) for each in self.ids.values()])
        times = times_at(self.world.clock(), timedelta(hours=24))
        return {
            name: lane_of(known[UUID(user)], times)
            for name, user in self.ids.items()
            if UUID(user) in known
        }


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
    with play_world(simulator, migrated, folder, SESSION_IDLE_MIN="1440") as world:
        yield world


@pytest.fixture(scope="module")
def server(world: MovedWorld) -> Server:
    return world.server


@pytest.fixture
def cast(world: MovedWorld) -> Cast:
    ids = {name: str(uuid4()) for name in NAMES}
    for name, user in ids.items():
        facts = {
            "id": user,
            "email": f"{name}@example.com",
            "status": "pending",
            "countryCode": "CO",
            "preferredLanguage": "es",
            "createdAt": timestamp(world.clock()),
        }
        world.simulator.add_user(facts)
    return Cast(world, ids)


def start(page: Page, user: str) -> None:
    page.goto(f"/users/{user}/kyc")
    page.get_by_label("First name").fill("Mateo")
    page.get_by_label("Last name").fill("Rojas")
    with page.expect_navigation():
        page.get_by_role("button", name="Start KYC").click()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_days(cast: Cast, new_context: NewContext, add_person: AddPerson) -> None:
    world = cast.world
    starter = new_context().new_page()
    starter.goto("/account")
    enter(starter, *add_person(Role.KYC))
    world.move(2 * MINUTE)
    wait_until(lambda: len(cast.lanes()) == len(NAMES))
    world.simulator.let_happen(cast.ids["elsewhere"], "started", timedelta())
    for name in NAMES[:-1]:
        if name == "unanswered":
            world.simulator.set_faults([NO_RESPONSE])
        start(starter, cast.ids[name])
    assert cast.lanes() == {
        **dict.fromkeys(("approved", "failed", "expired"), KycLane.LINK_FRESH),
        "elsewhere": KycLane.ELSEWHERE,
        "unanswered": KycLane.UNKNOWN,
        "waiting": KycLane.NOT_STARTED,
    }
