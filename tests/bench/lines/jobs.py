"""The job clock: common tasks in a real browser; its table is printed separately."""

import subprocess
import sys

from tests.bench.bench import Bench
from tests.bench.figures import ROOT, Figure


def measure(bench: Bench) -> list[Figure]:
    """Run the jobs."""
    del bench
    command = [sys.executable, "-m", "pytest", "-q", "tests/bench/jobs.py"]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  ours
    return []
