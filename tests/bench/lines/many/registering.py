"""200 rows: their preview, how long the job takes, and what pages take beside it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from dashboard.services.directory.budget import BackgroundBudget, CallKind
from dashboard.store.directory import background
from dashboard.wiring import now
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.lines.many.simulated import DELAY_MS, Simulated, location, run_simulated
from tests.support.pages.jobs import PATH, emails, table

ROWS, PER_MIN, FASTEST_PER_MIN = 200, 30, 300  # the second is that of the budget
TIMES, PREVIEW_MS = 15, 300
LATER, COST = 1.05, 1.2
SLICES, SLICE_S, SETTLED_S = 12, 3.0, 1.0
PAGES = ("/kyc", "/users?limit=25", "/jobs")
LOOKS_EVERY_S = 1.0


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure with the worker and its usual budget, of which other background calls take a part."""
    with run_simulated(bench.folder / "registering", with_worker=True) as world:
        yield _of_preview(world)
        yield _of_job(world)
        yield from _of_pages(world)


def _of_preview(world: Simulated) -> Figure:
    fields = {"rows": table(emails(ROWS, "preview")), "do": "check"}
    took, busy = list[float](), list[float]()
    for _ in range(TIMES + 1):
        before_s = world.stage.dashboard.usage.cpu_s()
        sent = world.send(PATH, fields)
        busy.append(1000 * (world.stage.dashboard.usage.cpu_s() - before_s))
        took.append(sent.took_ms)
        assert sent.body.count(b'name="row"') == ROWS
    took_ms = median(took[1:])
    what = f"preview of {ROWS} rows: median, longest of {TIMES} (processor, with the form)"
    measured = f"{took_ms:.0f} ms, {max(took[1:]):.0f} ms ({median(busy[1:]):.0f} ms)"
    return Figure("MANY", what, measured, goal=f"< {PREVIEW_MS} ms", holds=took_ms < PREVIEW_MS)


def _of_job(world: Simulated) -> Figure:
    before, started_s = _budget(world), time.perf_counter()
    job = _start(world, "budget")
    done = f"{ROWS} of {ROWS} rows".encode()
    while done not in world.client.get(job).body:
        assert time.perf_counter() - started_s < 120 * ROWS / PER_MIN
        time.sleep(LOOKS_EVERY_S)
    took_s, after = time.perf_counter() - started_s, _budget(world)
    others = after.others - before.others
    allowed_s = 60 * (ROWS + others - before.left) / PER_MIN
    created = sum(user["email"].startswith("budget") for user in world.simulator.users())
    assert created == ROWS
    what = (
        f"{ROWS} rows registered, upstream {DELAY_MS} ms, {PER_MIN} calls a minute, of which other"
        f" background work took {others} in all; {before.left:.0f} left at the start"
    )
    measured = f"{took_s:.0f} s, × {took_s / allowed_s:.3f} of {allowed_s:.0f} s"
    return Figure("MANY", what, measured, goal=f"≤ × {LATER}", holds=took_s <= LATER * allowed_s)


@dataclass(frozen=True)
class Budget:
    """The calls that may be made immediately, and those that other background work has made."""

    left: float
    others: int


def _budget(world: Simulated) -> Budget:
    database = world.stage.database
    left = BackgroundBudget(database, now, per_min=PER_MIN).read().left
    with database.read() as connection:
        calls = background.calls_since(connection, now() - background.KEEP_CALLS)
    return Budget(left, sum(made for kind, _, made in calls if kind != CallKind.JOB))


def _of_pages(world: Simulated) -> Iterator[Figure]:
    """Pause and resume a job at the fastest pace, and load pages in each slice of time."""
    job = _start(world, "pages")
    world.send(f"{job}/pace", {"pace": str(FASTEST_PER_MIN)}, form_at=job)
    beside, without = Slices(), Slices()
    for number in range(2 * SLICES):
        is_beside = number % 2 == 0
        if number:
            world.send(f"{job}/{'resume' if is_beside else 'pause'}", {}, form_at=job)
            time.sleep(SETTLED_S)
        (beside if is_beside else without).add(world, job)
    assert beside.rows > ROWS / 3, beside.rows
    assert without.rows <= SLICES / 2, without.rows  # under way when the job was paused
    run = f"beside a job that ran {beside.rows} rows in {SLICES * SLICE_S:.0f} s"
    for path in PAGES:
        took, usual = median(beside.took_ms[path]), median(without.took_ms[path])
        yield _compared(f"{path} {run}, p50", took, usual)
    yield _compared(f"a page {run}, processor", beside.cpu_ms, without.cpu_ms)


@dataclass
class Slices:
    """Pages that were loaded, and the rows that ran meanwhile."""

    rows: int = 0
    cpu_s: float = 0.0
    took_ms: dict[str, list[float]] = field(default_factory=lambda: {path: [] for path in PAGES})

    @property
    def cpu_ms(self) -> float:
        """The processor's time of a page."""
        return 1000 * self.cpu_s / sum(map(len, self.took_ms.values()))

    def add(self, world: Simulated, job: str) -> None:
        """Load pages for so long."""
        before, usage = _ended(world, job), world.stage.dashboard.usage
        began_s, until_s = usage.cpu_s(), time.perf_counter() + SLICE_S
        while time.perf_counter() < until_s:
            for path in PAGES:
                answer = world.client.get(path)
                assert answer.status == 200, answer.head
                self.took_ms[path].append(answer.took_ms)
        self.cpu_s += usage.cpu_s() - began_s
        self.rows += _ended(world, job) - before


def _compared(what: str, took_ms: float, usual_ms: float) -> Figure:
    times = took_ms / usual_ms
    measured = f"{took_ms:.1f} ms, × {times:.2f}"
    return Figure("MANY", what, measured, f"{usual_ms:.1f} ms", f"≤ × {COST}", times <= COST)


def _start(world: Simulated, word: str) -> str:
    """Start a job of new users; return its address."""
    rows = table(emails(ROWS, word))
    page = world.send(PATH, {"rows": rows, "do": "check"}).body.decode()
    fields = {
        "rows": rows,
        "do": "start",
        "row": re.findall(r'name="row" value="(\d+)" checked', page),
        "column": re.findall(r'<option value="(\w*)" selected>', page),
        **{
            name: re.findall(f'name="{name}" value="([^"]+)"', page)[0]
            for name in ("csrf_token", "intent", "seen")
        },
    }
    return location(world.send(PATH, fields))


def _ended(world: Simulated, job: str) -> int:
    found = re.search(r"(\d+) of \d+ rows", world.client.get(job).body.decode())
    assert found
    return int(found[1])
