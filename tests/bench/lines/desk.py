"""The desk with 100,000 users who wait and 100,000 inquiries, on SQLite and a private PostgreSQL.

Each page is asked for in turns with the floor's list, by one client, counts included.
"""

import contextlib
import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

from dashboard.config.settings import load_config
from dashboard.services.desk.filters import DeskFilters, KycLane
from dashboard.services.readers import Reader
from dashboard.wiring import build_services
from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.desk_fill import fill
from tests.bench.figures import Figure
from tests.bench.lines import follow
from tests.bench.stage import Stage, run_stage
from tests.support.private_servers import postgres_server

USERS, TIMES = 100_000, 40
DESK_MS, OVERVIEW_MS = 120, 150
FAR = 5  # the deep page comes after two of so many parts of the list
PAGES = {
    "all who wait": "/kyc",
    **{f"lane {lane}": f"/kyc?lane={lane}" for lane in KycLane},
    "overdue": "/kyc?due=overdue",
    "one country": "/kyc?country=CO",
    "one who started them": "/kyc?by=starter3@example.com",
    "newest first": "/kyc?sort=-waiting",
    "100 rows": "/kyc?limit=100",
}
OVERVIEW = "overview"
FLOOR = "the floor"


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure on either engine; `DESK_USERS` gives another number of users."""
    users = int(os.environ.get("DESK_USERS", USERS))
    for name, engine in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with engine() as own, run_stage(bench.folder / name, users=100, settings=own) as stage:
            fill(stage.database, users, datetime.now(UTC))
            yield from _measured(stage, name, users)
    yield from follow.measure(bench)


@contextlib.contextmanager
def _sqlite() -> Iterator[dict[str, str]]:
    yield {}


@contextlib.contextmanager
def _postgresql() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as own, postgres_server(Path(own)) as server:
        yield {"DATABASE_URL": server.make_database()}


def _measured(stage: Stage, name: str, users: int) -> Iterator[Figure]:
    pages = {**PAGES, f"from row {2 * users // FAR:,} on": _deep(stage, users // FAR)}
    pages[OVERVIEW] = "/"
    times: defaultdict[str, list[float]] = defaultdict(list)
    busy: Counter[str] = Counter()
    for turn in range(TIMES + 2):
        for page, path in {**pages, FLOOR: LIST}.items():
            before = stage.dashboard.usage.cpu_s()
            client = (stage.floor if page == FLOOR else stage.dashboard).client()
            answer = client.get(path)
            client.close()  # a server closes what is idle for long
            assert answer.status == 200, (path, answer.status)
            if turn > 1:
                times[page].append(answer.took_ms)
                busy[page] += round((stage.dashboard.usage.cpu_s() - before) * 1e6)
    for page in pages:
        goal, p95 = OVERVIEW_MS if page == OVERVIEW else DESK_MS, quantiles(times[page], n=20)[-1]
        cpu_ms = busy[page] / TIMES / 1000
        yield Figure(
            name,
            page,
            f"{median(times[page]):.0f} ms, p95 {p95:.0f} (our processor {cpu_ms:.0f})",
            floor=f"{median(times[FLOOR]):.1f} ms",
            goal=f"p95 < {goal} ms",
            holds=p95 < goal,
        )


def _deep(stage: Stage, rows: int) -> str:
    """Return the address of a page after twice so many rows."""
    desk = build_services(load_config(None, **stage.settings), stage.database).desk.list
    filters = DeskFilters(limit=rows)
    for _ in range(2):
        page = desk.find(filters, Reader(1, ZoneInfo("UTC"), names_hidden=False))
        filters = filters.changed(after=page.after)
    return f"/kyc?after={filters.after}"
