"""Users of the simulator with open inquiries, the worker that follows them, and a moved clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from dashboard.config.settings import Config
from dashboard.services.actors import AUTOMATIC
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.users import sightings
from dashboard.wiring import build_services
from tests.support.clock import TestClock
from tests.support.directory import facts_of
from tests.support.servers.simulator_process import RunningSimulator

STEP_S = 5
USER = "/api/v1/partner/users/"


def followers_of(
    config: Config, database: Database, clock: TestClock, simulator: RunningSimulator
) -> "Followers":
    """Return them over the services of a process."""
    return Followers(build_services(config, database, clock), simulator, database, clock)


@dataclass
class Followers:
    """Makes users wait, and notes when each of them was asked about."""

    services: Services
    simulator: RunningSimulator
    database: Database
    clock: TestClock
    asked: list[tuple[datetime, UUID]] = field(default_factory=list)

    def pending(self) -> list[UUID]:
        return [UUID(user["id"]) for user in self.simulator.users() if user["status"] == "pending"]

    def wait(self, user_id: UUID, ago: timedelta, seen: timedelta | None = timedelta()) -> None:
        """Let a user's KYC have been started so long ago; None: no answer has named them yet."""
        now = self.clock()
        start = Inquiry(
            user_id,
            InquiryState.HELD,
            now - ago,
            InquirySource.IMPORTED,
            inquiry_id=f"inq_{user_id.hex}",
            verification_url="https://inquiry.withpersona.com/verify",
        )
        user = next(each for each in self.simulator.users() if each["id"] == str(user_id))
        with self.database.write() as connection:
            inquiries.add(connection, start, None)
            if seen is not None:
                rows.record(connection, [facts_of(user)], now - seen)
                sightings.record(connection, [facts_of(user)], now - seen)

    def work(self, **how_long: float) -> None:
        """Let the worker follow for so long, as fast as it may."""
        ends_at = self.clock() + timedelta(**how_long)
        while self.clock() < ends_at:
            wait = self.services.desk.follow.work()
            if wait:
                self.clock.advance(seconds=max(wait.total_seconds(), STEP_S))
            else:
                self.note()

    def note(self) -> None:
        """Note who was asked about since the last time."""
        now = self.clock()
        for call in self.simulator.requests():
            if call.path.startswith(USER):
                self.asked.append((now, UUID(call.path.removeprefix(USER))))
        self.simulator.clear_requests()

    def freeze(self) -> None:
        self.services.credentials.freeze.freeze("Incident 7", AUTOMATIC)

    def seen(self, user_id: UUID) -> DirectoryUser:
        """Return what the directory knows of a user."""
        with self.database.read() as connection:
            return rows.get(connection, [user_id])[user_id]

    def calls(self) -> int:
        """Return how many calls went out since the last time."""
        before = len(self.asked)
        self.note()
        return len(self.asked) - before

    def times_of(self, user_id: UUID) -> list[datetime]:
        return [at for at, each in self.asked if each == user_id]

    def events_of(self, user_id: UUID) -> list[str]:
        """Return each status that a user was seen with, oldest first."""
        with self.database.read() as connection:
            return [each.status for each in reversed(sightings.history(connection, user_id))]


@pytest.fixture
def followers(
    config: Config, database: Database, clock: TestClock, simulator: RunningSimulator
) -> Followers:
    return followers_of(config, database, clock, simulator)


def gaps(times: Iterable[datetime]) -> list[timedelta]:
    """Return the time between each of them and the next."""
    return [later - at for at, later in pairwise(times)]
