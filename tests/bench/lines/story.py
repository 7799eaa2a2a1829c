"""A user's page with a long story and with a short one, a note, and what the access log costs.

Everything is asked for in turns, by one client. The access log is measured in one process: the
same page with the row and without it.
"""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from time import process_time
from urllib.parse import urlencode
from uuid import UUID

import structlog

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.store.story import visits
from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.load import Client
from tests.bench.stage import Stage, run_stage
from tests.bench.upstream import user_id
from tests.support.http_visitor import CSRF
from tests.support.pages.stories import leave_story

EVENTS, FEW = 5_000, 10
TIMES, PAIRS = 60, 400
LONGER, NOTE_MS, LOGGED = 1.3, 100, 3.0
ADMIN = 1


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure on SQLite; `STORY_EVENTS` gives another number of events."""
    events = int(os.environ.get("STORY_EVENTS", EVENTS))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    users = {"long": UUID(user_id(7)), "short": UUID(user_id(8))}
    with run_stage(bench.folder, users=100) as stage:
        for name, number in (("long", events), ("short", FEW)):
            leave_story(stage.database, stage.chain, users[name], ADMIN, number, datetime.now(UTC))
        client = stage.dashboard.client()
        yield from _pages(client, users, events)
        yield _note(client, stage.dashboard.url, users["short"])
        yield _access_log(stage, users["short"])


def _pages(client: Client, users: dict[str, UUID], events: int) -> Iterator[Figure]:
    parts = {"the page": "", "the page, tokens only": "?kind=tokens"}
    for what, part in parts.items():
        times: defaultdict[str, list[float]] = defaultdict(list)
        for turn in range(TIMES + 2):
            for name, user in users.items():
                answer = client.get(f"/users/{user}{part}")
                assert answer.status == 200, answer.head
                if turn > 1:
                    times[name].append(answer.took_ms)
        long, short = median(times["long"]), median(times["short"])
        told = (f"{long:.1f} ms, {long / short:.2f}×", f"{short:.1f} ms")
        has_goal = not part  # of the short story, a kind shows 2 events beside 30
        goal = (f"≤ {LONGER}×", long / short <= LONGER) if has_goal else ("–", None)
        yield Figure("STORY", f"{what}, {events:,} events against {FEW}", *told, *goal)


def _note(client: Client, url: str, user: UUID) -> Figure:
    path, times = f"/users/{user}", []
    for turn in range(TIMES + 2):
        token = CSRF.search(client.get(path).body.decode())
        assert token
        note = {"note": f"Called, turn {turn}", "csrf_token": token[1]}
        sent = client.post(f"{path}/notes", urlencode(note), {"Origin": url})
        assert sent.status == 303, sent.head
        shown = client.get(path)
        assert note["note"].encode() in shown.body
        if turn > 1:
            times.append(sent.took_ms + shown.took_ms)
    took_ms = median(times)
    what = "a note saved and shown"
    return Figure("STORY", what, f"{took_ms:.0f} ms", "", f"< {NOTE_MS} ms", took_ms < NOTE_MS)


def _access_log(stage: Stage, user: UUID) -> Figure:
    """Open the user with the row and without it, in turns, and compare the processor's time."""
    app = create_app(load_config(None, **stage.settings))
    client = app.test_client()
    name, _, value = stage.dashboard.headers["Cookie"].partition("; ")[0].partition("=")
    client.set_cookie(name, value, domain="localhost")
    note, busy = visits.note, defaultdict(list)
    for turn in range(2 * PAIRS + 20):
        is_logged = turn % 2 == 0
        _set(note if is_logged else lambda *_: None)
        before = process_time()
        assert client.get(f"/users/{user}", base_url="http://localhost").status_code == 200
        if turn >= 20:
            busy[is_logged].append((process_time() - before) * 1000)
    _set(note)
    with_row, without = median(busy[True]), median(busy[False])
    more = 100 * (with_row - without) / without
    return Figure(
        "STORY",
        "the access log on a page, processor",
        f"{with_row:.2f} ms, {more:+.1f} %",
        f"{without:.2f} ms",
        f"≤ {LOGGED:.0f} %",
        more <= LOGGED,
    )


def _set(note: Callable[..., None]) -> None:
    setattr(visits, "note", note)  # noqa: B010  only here
