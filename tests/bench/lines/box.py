"""One box: the packages, the processes and the memory of the product in production."""

import re
import sys
from collections.abc import Iterator

from packaging.requirements import Requirement

from tests.bench.bench import Bench
from tests.bench.course import LIST
from tests.bench.figures import ROOT, Figure
from tests.bench.load import many
from tests.bench.processes import Usage
from tests.bench.stage import run_stage, running

PACKAGES, PROCESSES, MB = 60, 4, 270
WORKER = ["-m", "dashboard", "worker"]


def measure(bench: Bench) -> Iterator[Figure]:
    """Measure web and worker together, after a load."""
    packages = _packages()
    with run_stage(bench.folder, threads=16) as stage:
        command = [sys.executable, *WORKER]
        with running(command, bench.folder / "worker.log", stage.settings) as pid:
            for path in (LIST, stage.user_path, "/", "/audit"):
                many(stage.dashboard.url + path, 16, 4, stage.dashboard.headers)
            usages = (stage.dashboard.usage, Usage(pid))
            processes = sum(len(usage.every()) for usage in usages)
            used = sum(usage.pss_mb() for usage in usages)
    for what, value, most in (
        ("packages in requirements.txt, for this platform", packages, PACKAGES),
        ("processes: web with two workers, worker", processes, PROCESSES),
        ("memory of all of them, PSS, MB", round(used), MB),
    ):
        yield Figure("box", what, str(value), goal=f"≤ {most}", holds=value <= most)


def _packages() -> int:
    """Return how many packages `make demo` installs here."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = [line.split(" \\")[0] for line in lines if re.match(r"[a-z0-9]", line)]
    wanted = [Requirement(line) for line in pinned]
    return sum(each.marker is None or each.marker.evaluate() for each in wanted)
