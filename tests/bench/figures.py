"""The results of the budget's lines, and their table."""

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADINGS = ("line", "what", "measured", "floor", "goal", "holds")


@dataclass(frozen=True)
class Figure:
    """One row of the table. `holds` is None where the budget has no goal for it."""

    line: str
    what: str
    measured: str
    floor: str = "–"
    goal: str = "–"
    holds: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        holds = {True: "yes", False: "NO", None: "–"}[self.holds]
        return (self.line, self.what, self.measured, self.floor, self.goal, holds)


def table(figures: Iterable[Figure]) -> str:
    """Return a table that Markdown and people read."""
    rows = [HEADINGS, *(figure.cells for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join(
        [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
    )


def circumstances() -> str:
    """Return what the figures were measured on, and for which commit."""
    head = _git("describe", "--always", "--dirty", "--abbrev=10") or "no commit"
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · commit {head} · {cores} cores of "
        f"{_processor()} · load before {load:.1f} · {platform.system()} · "
        f"Python {platform.python_version()} · Flask {version('flask')} · "
        f"gunicorn {version('gunicorn')}"
    )


def _processor() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
        return next(named, platform.machine())


def _git(*arguments: str) -> str:
    asked = subprocess.run(  # noqa: S603  our own arguments
        ["git", *arguments],  # noqa: S607
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    return asked.stdout.strip()
