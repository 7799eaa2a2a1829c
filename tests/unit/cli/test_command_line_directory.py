"""`python -m dashboard directory status|sweep`: the status, and a sweep that the worker makes."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from dashboard.services.actors import COMMAND_LINE
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.directory import sweeps
from dashboard.wiring import now
from tests.support.pages.forms import trail
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

Command = Callable[[str], Done]
NO_WORKER = "The worker is not running. Start it: python -m dashboard worker"
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"


@pytest.fixture
def command(run: Run, settings: dict[str, str], database: Database) -> Command:
    assert database
    return lambda name: run(f"directory {name}", settings=settings)


@pytest.fixture
def services(app: Flask) -> Services:
    """The services of a worker beside the command line."""
    found: Services = app.extensions["services"]
    return found


def told(done: Done) -> dict[str, str]:
    """Return the facts of a status by their labels, and the sentences under ""."""
    assert (done.returncode, done.stderr) == (0, "")
    facts: dict[str, str] = {}
    for line in done.stdout.splitlines():
        label, *text = re.split(r"\s{2,}", line, maxsplit=1)
        facts[label if text else ""] = text[0] if text else line
    return facts


def test_before_the_first_sweep_status_says_that_nothing_was_read(command: Command) -> None:
    facts = told(command("status"))
    assert facts.pop("Next sweep")
    assert facts == {
        "Users": "0 (the API gives no total), 0 gone",
        "Last sweep": "none",
        "Newest read": "none",
        "Catch-up": "starts with the first sweep",
        "Budget": "calls per minute: 0 of 30",
        "": NO_WORKER,
    }


def test_a_sweep_is_started_once_recorded_and_says_that_it_needs_the_worker(
    command: Command, database: Database
) -> None:
    done = command("sweep")
    assert (done.returncode, done.stdout) == (0, f"The sweep has started.\n{NO_WORKER}\n")
    again = command("sweep")
    assert (again.returncode, again.stdout.splitlines()[0]) == (
        0,
        "A sweep is in progress: nothing changed.",
    )
    assert [outcome for outcome, _ in trail(database, "directory:start")] == ["succeeded"]
    with database.read() as connection:
        assert len(sweeps.recent(connection, 9)) == 1


def test_status_follows_a_sweep_from_its_start_to_its_end(
    command: Command, services: Services, simulator: RunningSimulator
) -> None:
    services.operations.heartbeat.note()
    assert command("sweep").stdout == "The sweep has started.\n"
    assert told(command("status"))["Sweep"] == "running, pages: 0, users: 0"
    services.directory.sync.work()
    facts = told(command("status"))
    assert facts["Sweep"] == "running, pages: 1 of about 2, users: 100"
    assert (facts["Next sweep"], facts["Last sweep"]) == ("none", "none")
    while services.directory.status.read().running:
        services.directory.sync.work()
    facts = told(command("status"))
    users = len(simulator.users())
    assert facts["Users"] == f"{users} (of {users}), 0 gone"
    assert facts["Catch-up"] == "every minute"
    for label in ("Last sweep", "Next sweep", "Newest read"):
        assert re.fullmatch(TIME, facts[label])
    assert re.fullmatch("calls per minute: [0-9]+ of 30", facts["Budget"])
    assert facts.keys().isdisjoint({"Sweep", "Problem", "Incomplete", ""})


def test_a_paused_sweep_is_not_started_again_and_the_exit_status_is_1(
    command: Command, services: Services
) -> None:
    command("sweep")
    services.directory.control.pause(COMMAND_LINE)
    done = command("sweep")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "A sweep is paused. Resume it in Settings, Directory.\n"
    assert told(command("status"))["Sweep"] == "paused, pages: 0, users: 0"


def test_where_api_calls_are_paused_both_say_how_to_resume_them(
    run: Run, command: Command, settings: dict[str, str], services: Services
) -> None:
    services.operations.heartbeat.note()
    run("credentials pause", settings=settings)
    paused = "API calls are paused. Resume them: python -m dashboard credentials resume"
    assert told(command("status"))[""] == paused
    done = command("sweep")
    assert (done.returncode, done.stdout) == (0, f"The sweep has started.\n{paused}\n")


def test_a_list_that_lies_is_told_with_its_problems(
    command: Command, services: Services, database: Database
) -> None:
    command("sweep")
    services.directory.sync.work()
    with database.write() as connection:
        sweep = sweeps.find_last(connection)
        assert sweep
        for kind, times in ((sweeps.ListProblem.GAP, 1), (sweeps.ListProblem.UNREADABLE_ROW, 3)):
            sweeps.note_problem(connection, sweep.id, kind, page=2, at=now(), times=times)
    lines = command("status").stdout.splitlines()
    assert [line for line in lines if line.startswith("Problem")] == [
        "Problem       gap, once on page 2",
        "Problem       unreadable_row, 3 times, first on page 2",
    ]


def test_a_sweep_that_ended_early_is_told_as_incomplete(
    command: Command, services: Services, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_order="oldest")
    command("sweep")
    simulator.set_faults([{"body": "not_json"}])
    while services.directory.status.read().running:
        services.directory.sync.work()
    facts = told(command("status"))
    assert facts["Last sweep"] == "none"
    assert re.fullmatch(TIME, facts["Incomplete"])


def test_switched_off_there_is_nothing_to_tell_and_nothing_to_start(
    command: Command, settings: dict[str, str], database: Database
) -> None:
    settings["DIRECTORY"] = "off"
    done = command("status")
    assert (done.returncode, done.stdout) == (0, "The directory is off (DIRECTORY=off).\n")
    done = command("sweep")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "The directory is off. Set DIRECTORY=on.\n"
    with database.read() as connection:
        assert sweeps.find_last(connection) is None


@pytest.mark.parametrize("name", ["status", "sweep"])
def test_without_a_database_that_is_ready_both_say_so(
    run: Run, settings: dict[str, str], name: str
) -> None:
    settings["DATABASE_URL"] = settings["DATABASE_URL"] + "-elsewhere"
    done = run(f"directory {name}", settings=settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "python -m dashboard db upgrade" in done.stderr


def test_the_command_needs_to_be_told_which(run: Run, settings: dict[str, str]) -> None:
    done = run("directory", settings=settings)
    assert done.returncode == 2
    assert "status" in done.stderr
