"""Following with 30 calls a minute: how late a change is on the desk, and what pages cost.

Times of following are by a moved clock, over HTTP to the simulator, whose log has the calls.
"""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID

from dashboard.config.settings import load_config
from dashboard.services.desk.settings import DEFAULT_SCHEDULE, parse_schedule
from dashboard.store.db.database import Database
from dashboard.worker import MaintenanceWorker
from tests.bench.bench import Bench
from tests.bench.course import Course
from tests.bench.figures import Figure
from tests.bench.stage import run_stage, running
from tests.support.clock import TestClock
from tests.support.following import Followers, followers_of
from tests.support.servers.simulator_process import RunningSimulator, start_simulator
from tests.support.settings import safe_settings

LINE = "follow"
SCHEDULE = parse_schedule(DEFAULT_SCHEDULE)
OPEN, NEW, PER_MIN = 1000, 40, 30
KNOWN = 20_000  # before the worker starts: with it, pages show what they show without it
STEP_S = 5
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
IN_FIRST_HOUR, SLACK, COST = 3 * MINUTE, MINUTE / 2, 1.2
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
PAGES = ("/kyc", "/", "/users?limit=25")
WORKER = [sys.executable, "-m", "dashboard", "worker"]
Changed = Mapping[UUID, datetime]


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure the first hour after a start, a desk of 1,000 open inquiries, and pages."""
    bench.folder.mkdir(parents=True, exist_ok=True)
    with start_simulator(bench.folder, users=4 * OPEN) as simulator:
        yield of_the_first_hour(bench.folder / "first", simulator)
        yield from of_many(bench.folder / "many", simulator, growth=2)
        yield from of_many(bench.folder / "too-many", simulator, growth=3)
    yield from of_pages(bench)


def of_the_first_hour(folder: Path, simulator: RunningSimulator) -> Figure:
    """Return how late approvals are seen, of starts within the last hour, while a sweep runs."""
    with _followers(folder, simulator) as followers:
        users = followers.pending()[:NEW]
        for number, user_id in enumerate(users):
            followers.wait(user_id, MINUTE * number)
        changed = _approve(followers, users, 20 * MINUTE)
        worst = max(followers.seen(each).status_since_at - at for each, at in changed.items())
    what = f"{NEW} starts of the last hour, {PER_MIN} calls a minute: an approval is seen within"
    is_soon = worst <= IN_FIRST_HOUR
    return Figure(LINE, what, _minutes(worst), goal=_minutes(IN_FIRST_HOUR), holds=is_soon)


def of_many(folder: Path, simulator: RunningSimulator, *, growth: int) -> Iterator[Figure]:
    """Yield how late changes are seen of many, beside what the page says that the budget keeps.

    The larger the `growth`, the more of them started lately.
    """
    with _followers(folder, simulator) as followers:
        users = followers.pending()[:OPEN]
        for number, user_id in enumerate(users):
            age = timedelta(days=60) * (number / OPEN) ** growth
            every = SCHEDULE.interval(age)
            assert every
            followers.wait(user_id, age, seen=every * (number % 10 / 10))
        _approve(followers, users[:1], 10 * MINUTE)  # meanwhile the first sweep ends
        status = followers.services.desk.follow.status()
        kept = {step.every: step.kept for step in status.steps}
        some = [each for each in users if followers.clock() - _since(followers, each) < 6 * HOUR]
        changed = _approve(followers, some[::2], 20 * MINUTE)
        after = [
            (followers.seen(each).status_since_at - at - within, within)
            for each, at in changed.items()
            for within in (kept[_every(followers, each, at)],)
        ]
        worst, within = max(after)
    needed = f"{status.needed_per_min:.0f} a minute, of {PER_MIN}"
    said = "the schedule" if status.keeps_up else "what the page says"
    yield Figure(LINE, f"{OPEN:,} open inquiries: calls that the schedule needs", needed)
    yield Figure(
        LINE,
        f"{len(after)} approvals, beside {said}: the worst is so much later",
        f"{worst.total_seconds():.0f} s, of {_minutes(within)}",
        goal=f"≤ {SLACK.seconds} s",
        holds=worst <= SLACK,
    )


def of_pages(bench: Bench) -> Iterator[Figure]:
    """Yield what pages cost while the worker follows, sweeps and catches up, beside without it."""
    with run_stage(bench.folder / "pages", users=KNOWN, known=KNOWN) as stage:
        courses = [Course(path, stage.dashboard, path, {}) for path in PAGES]
        without = _medians(bench, courses)
        with running(WORKER, bench.folder / "worker.log", stage.settings):
            beside = _medians(bench, courses)
    for path in PAGES:
        times = beside[path] / without[path]
        yield Figure(
            LINE,
            f"{path} beside the worker",
            f"{beside[path]:.1f} ms, × {times:.2f}",
            floor=f"{without[path]:.1f} ms",
            goal=f"≤ × {COST}",
            holds=times <= COST,
        )


def _medians(bench: Bench, courses: list[Course]) -> dict[str, float]:
    bench.rounds_of(courses)
    taken = {each.name: median(each.p50_ms) for each in courses}
    for each in courses:
        each.p50_ms.clear()
    return taken


@contextlib.contextmanager
def _followers(folder: Path, simulator: RunningSimulator) -> Iterator[Followers]:
    folder.mkdir()
    simulator.reset()
    settings = safe_settings(folder, simulator) | {"UPSTREAM_BUDGET_PER_MIN": str(PER_MIN)}
    settings |= {"DATABASE_URL": f"sqlite:///{folder / 'dashboard.sqlite3'}"}
    with contextlib.closing(Database(settings["DATABASE_URL"])) as database:
        database.upgrade()
        config = load_config(None, **settings)
        yield followers_of(config, database, TestClock(), simulator)


def _approve(followers: Followers, users: list[UUID], within: timedelta) -> Changed:
    """Let these users be approved one after the other, and the worker run until all are seen."""
    random, clock = Random(1), followers.clock  # noqa: S311  repeatable is the point
    begun_at = clock()
    due = sorted((begun_at + within * random.random(), each) for each in users)
    changed: dict[UUID, datetime] = {}
    worker = MaintenanceWorker(followers.services, clock)
    unseen: list[UUID] = []
    while due or unseen:
        while due and due[0][0] <= clock():
            user_id = due.pop(0)[1]
            followers.simulator.set_status(str(user_id), "active")
            changed[user_id] = clock()
            unseen.append(user_id)
        if wait := worker.sync_once():
            clock.advance(seconds=max(wait.total_seconds(), STEP_S))
        while unseen and followers.seen(unseen[0]).waits_from_at is None:
            unseen.pop(0)
    return changed


def _since(followers: Followers, user_id: UUID) -> datetime:
    return followers.seen(user_id).waits_from_at or EARLIEST


def _every(followers: Followers, user_id: UUID, at: datetime) -> timedelta:
    """Return the interval of a user, as their wait was when they changed."""
    started_at = followers.seen(user_id).kyc_started_at
    assert started_at
    every = SCHEDULE.interval(at - started_at)
    assert every
    return every


def _minutes(span: timedelta) -> str:
    return f"{span / MINUTE:.1f} min"
