"""A look at a user, with an upstream that takes 200 ms for each of its five calls."""

import re
from collections.abc import Iterator
from statistics import median
from urllib.parse import urlencode

from tests.bench.bench import Bench
from tests.bench.figures import Figure
from tests.bench.load import Client
from tests.bench.stage import run_stage
from tests.support.http_visitor import CSRF
from tests.support.pages.looks import LOOK
from tests.support.servers.simulator_process import start_simulator

DELAY_MS, TIMES, GOAL_MS = 200, 15, 1_500
INTENT = re.compile(r'name="intent" value="([^"]+)"')


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure against the simulator, which plays the user-level API."""
    bench.folder.mkdir(parents=True)
    with start_simulator(bench.folder, users=50) as simulator:
        settings = {
            "PARTNER_API_URL": simulator.base_url,
            "PARTNER_API_KEY": simulator.first.api_key,
            "PARTNER_API_SECRET": simulator.first.api_secret,
        }
        active = next(user["id"] for user in simulator.users() if user["status"] == "active")
        with run_stage(bench.folder / "stage", users=100, settings=settings) as stage:
            simulator.set_faults([{"latency_ms": DELAY_MS}])
            client, path = stage.dashboard.client(), f"/users/{active}/look"
            took = [_look(client, path, stage.dashboard.url) for _ in range(TIMES + 1)][1:]
    what = f"a look, upstream {DELAY_MS} ms: median, longest of {TIMES}"
    measured = f"{median(took):.0f} ms, {max(took):.0f} ms"
    goal = f"≤ {GOAL_MS:,} ms"
    yield Figure("MANY", what, measured, goal=goal, holds=max(took) <= GOAL_MS)


def _look(client: Client, path: str, url: str) -> float:
    form = client.get(path).body.decode()
    token, intent = CSRF.search(form), INTENT.search(form)
    assert token
    assert intent
    fields = {**LOOK, "csrf_token": token[1], "intent": intent[1]}
    sent = client.post(path, urlencode(fields), {"Origin": url})
    assert sent.status == 200, sent.head
    return sent.took_ms
