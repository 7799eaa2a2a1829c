"""P2: the same list by Django admin and Flask-Admin, in the same run; only with `PEERS=1`."""

from collections.abc import Iterator
from statistics import median

from tests.bench.bench import Bench
from tests.bench.course import LIST, Course
from tests.bench.figures import Figure
from tests.bench.load import many
from tests.bench.peers.run import DJANGO, FLASK_ADMIN, LISTS, run_peers
from tests.bench.stage import USERS, WORKERS, run_stage

CLIENTS, SECONDS, THREADS = 16, 4, 16
TIMES_QUICKER = {DJANGO: 12}
TIMES_AS_MANY = {DJANGO: 10, FLASK_ADMIN: 5}


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure."""
    if not bench.peers:
        yield Figure("P2", "Django admin and Flask-Admin", "not measured: PEERS=1 adds them")
        return
    # As the product is run by default: of fewer threads the bulkhead would refuse some clients.
    with (
        run_stage(bench.folder, threads=THREADS, known=USERS) as stage,
        run_peers(bench.folder, USERS, WORKERS, THREADS) as peers,
    ):
        ours = Course("ours", stage.dashboard, LIST, {})
        others = [Course(name, served, LISTS[name], {}) for name, served in peers.items()]
        bench.rounds_of([ours, *others])
        pages: dict[str, list[float]] = {course.name: [] for course in (ours, *others)}
        for _ in range(bench.rounds):
            for course in (ours, *others):
                url = course.served.url + course.path
                load = many(url, CLIENTS, SECONDS, course.served.headers)
                assert not load.errors, (course.name, load)
                pages[course.name].append(load.pages_per_s)
    for other in others:
        quicker = median(b / a for a, b in zip(ours.p50_ms, other.p50_ms, strict=True))
        goal = TIMES_QUICKER.get(other.name)
        yield Figure(
            "P2",
            f"p50 beside {other.name}, c=1",
            f"{median(ours.p50_ms):.2f} ms, 1/{quicker:.1f} of {median(other.p50_ms):.2f} ms",
            goal=f"≤ 1/{goal}" if goal else "–",
            holds=quicker >= goal if goal else None,
        )
        times = median(a / b for a, b in zip(pages["ours"], pages[other.name], strict=True))
        yield Figure(
            "P2",
            f"pages/s beside {other.name}, c={CLIENTS}",
            f"{median(pages['ours']):.0f}, {times:.1f}× {median(pages[other.name]):.0f}",
            goal=f"≥ {TIMES_AS_MANY[other.name]}×",
            holds=times >= TIMES_AS_MANY[other.name],
        )
