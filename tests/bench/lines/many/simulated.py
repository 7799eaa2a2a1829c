"""A dashboard whose upstream is the simulator, and forms sent to it as a browser does."""

import contextlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.load import Answer, Client
from tests.bench.stage import Stage, run_stage, running
from tests.support.http_visitor import CSRF, INTENT
from tests.support.servers.simulator_process import RunningSimulator, start_simulator

DELAY_MS = 200
WORKER = [sys.executable, "-m", "dashboard", "worker"]


@dataclass(frozen=True)
class Simulated:
    """The dashboard over the simulator, and one client of it, logged in as an admin."""

    simulator: RunningSimulator
    stage: Stage
    client: Client

    def send(
        self, path: str, fields: Mapping[str, object], *, form_at: str | None = None
    ) -> Answer:
        """Send a form of a page, with its token, and its intent if it has one."""
        page = self.client.get(form_at or path).body.decode()
        form = re.search(f'action="{path}".*?</form>', page, re.DOTALL)
        assert form, page
        found = {"csrf_token": CSRF.search(form[0]), "intent": INTENT.search(form[0])}
        own = {name: match[1] for name, match in found.items() if match}
        body = urlencode({**own, **fields}, doseq=True)
        return self.client.post(path, body, {"Origin": self.stage.dashboard.url})


@contextlib.contextmanager
def run_simulated(folder: Path, *, with_worker: bool = False) -> Iterator[Simulated]:
    """Run it until the block ends; each call takes the delay, and there is a worker if asked."""
    folder.mkdir(parents=True)
    with start_simulator(folder, users=50) as simulator:
        settings = {
            "PARTNER_API_URL": simulator.base_url,
            "PARTNER_API_KEY": simulator.first.api_key,
            "PARTNER_API_SECRET": simulator.first.api_secret,
        }
        with run_stage(folder / "stage", users=100, settings=settings) as stage:
            simulator.set_faults([{"latency_ms": DELAY_MS}])
            worker = running(WORKER, folder / "worker.log", stage.settings)
            with worker if with_worker else contextlib.nullcontext():
                yield Simulated(simulator, stage, stage.dashboard.client())


def location(answer: Answer) -> str:
    """Return where a form that was sent leads to."""
    found = re.search(rb"\r\nLocation: (\S+)", answer.head, re.IGNORECASE)
    assert answer.status == 303, answer.head
    assert found
    return found[1].decode()
