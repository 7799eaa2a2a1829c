"""`python -m dashboard directory …`: how complete the directory is, and starting a sweep."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial

from dashboard.services.actors import COMMAND_LINE
from dashboard.services.directory.area import DirectoryServices
from dashboard.services.directory.status import CatchUp, DirectoryStatus, ToldSweep
from dashboard.store.directory.sweeps import Result, SweepProblem

OpenDirectory = Callable[[], DirectoryServices]
WORKER = "python -m dashboard worker"
RESUME_CALLS = "python -m dashboard credentials resume"
CATCH_UP = {
    CatchUp.ON: "every minute",
    CatchUp.UNKNOWN: "starts with the first sweep",
    CatchUp.OTHER_ORDER: "off, because the API's list is not newest first",
}


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", open_directory: OpenDirectory
) -> None:
    """Add `status` and `sweep`; `open_directory` is called when a command runs."""
    status = commands.add_parser("status", help="coverage, freshness, sweeps and budget")
    status.set_defaults(run=partial(_status, open_directory))
    sweep = commands.add_parser("sweep", help="let the worker read the API's whole list")
    sweep.set_defaults(run=partial(_sweep, open_directory))


def _status(open_directory: OpenDirectory, _options: argparse.Namespace) -> int:
    for line in _lines(open_directory().status.read()):
        print(line)
    return 0


def _sweep(open_directory: OpenDirectory, _options: argparse.Namespace) -> int:
    directory = open_directory()
    status = directory.status.read()
    if not status.is_on:
        print("The directory is off. Set DIRECTORY=on.", file=sys.stderr)
        return 1
    if status.running and status.running.sweep.paused_at:
        print("A sweep is paused. Resume it in Settings, Directory.", file=sys.stderr)
        return 1
    is_new = directory.control.start(COMMAND_LINE)
    print("The sweep has started." if is_new else "A sweep is in progress: nothing changed.")
    for line in _hindrances(status):
        print(line)
    return 0


def _lines(status: DirectoryStatus) -> list[str]:
    if not status.is_on:
        return ["The directory is off (DIRECTORY=off)."]
    total = "the API gives no total" if status.total is None else f"of {status.total}"
    budget, last = status.budget, status.ended[:1]
    return [
        f"Users         {status.users} ({total}), {status.gone} gone",
        f"Last sweep    {_at(status.swept_at)}",
        *(f"Incomplete    {_at(told.sweep.finished_at)}" for told in last if _is_incomplete(told)),
        f"Next sweep    {_at(status.next_sweep_at)}",
        f"Newest read   {_at(status.newest_at)}",
        f"Catch-up      {CATCH_UP[status.catch_up]}",
        f"Budget        calls per minute: {budget.in_use} of {budget.per_min:.0f}",
        *([_running(status.running)] if status.running else []),
        *(
            f"Problem       {_problem(problem)}"
            for told in (status.running, *last)
            if told
            for problem in told.problems
        ),
        *_hindrances(status),
    ]


def _is_incomplete(told: ToldSweep) -> bool:
    return told.sweep.result is not Result.COMPLETE


def _running(told: ToldSweep) -> str:
    word = "paused" if told.sweep.paused_at else "running"
    pages = f" of about {told.pages}" if told.pages else ""
    return f"Sweep         {word}, pages: {told.sweep.pages}{pages}, users: {told.sweep.seen}"


def _problem(problem: SweepProblem) -> str:
    times = "once" if problem.times == 1 else f"{problem.times} times, first"
    return f"{problem.kind}, {times} on page {problem.page}"


def _hindrances(status: DirectoryStatus) -> list[str]:
    """Return what keeps a sweep from going on, and how to go on."""
    return [
        *([] if status.worker_runs else [f"The worker is not running. Start it: {WORKER}"]),
        *([f"API calls are paused. Resume them: {RESUME_CALLS}"] if status.is_frozen else []),
    ]


def _at(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "none"
