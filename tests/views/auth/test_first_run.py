"""The first start: there is no account, no log-in works, and every place says what to do."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.links import choose
from tests.support.people import Hire
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

COMMAND = "python -m dashboard staff add you@example.com --role admin"


def test_the_log_in_names_the_command_until_somebody_is_there(
    visitor: Visitor, staff: Staff
) -> None:
    page = visitor.get("/login")
    assert "No one can log in yet." in page.words
    assert COMMAND in page.words
    made = staff.invite("ana@example.com", "Ana", [Role.ADMIN])
    assert COMMAND not in visitor.get("/login").words
    choose(visitor, f"/link/{made.token}", "a password of my own")
    visitor.get("/staff")


def test_a_dashboard_whose_staff_are_all_disabled_offers_strangers_nothing(
    visitor: Visitor, hire: Hire, staff: Staff
) -> None:
    staff.disable(hire(Role.ADMIN)[0])
    assert COMMAND not in visitor.get("/login").words


def test_the_start_logs_it_once_and_no_more_when_somebody_is_there(
    capsys: pytest.CaptureFixture[str], app: Flask, config: Config, clock: TestClock, hire: Hire
) -> None:
    assert app
    assert capsys.readouterr().err.count('"no_staff"') == 1
    hire(Role.ADMIN)
    create_app(config, clock)
    assert '"no_staff"' not in capsys.readouterr().err


@pytest.mark.usefixtures("database")
def test_the_doctor_names_the_command_too(run: Run, settings: dict[str, str]) -> None:
    done = run("doctor", settings=settings)
    assert "No one can log in yet: there are no staff members." in done.stdout
    assert COMMAND in done.stdout


@pytest.mark.parametrize(
    "name", ["admin", "admin@example.com", "root@localhost", "you@example.com"]
)
@pytest.mark.parametrize("password", ["", "admin", "password", "changeme", "simulator"])
@pytest.mark.parametrize("somebody_is_there", [False, True])
def test_nothing_that_anybody_would_try_first_lets_in(
    visitor: Visitor, hire: Hire, name: str, password: str, *, somebody_is_there: bool
) -> None:
    if somebody_is_there:
        hire(Role.ADMIN, email="admin@example.com")
    visitor.log_in(name, password, status=422)


@pytest.mark.usefixtures("database")
def test_a_password_of_few_letters_is_not_taken_at_the_command_line(
    run: Run, settings: dict[str, str], visitor: Visitor
) -> None:
    done = run(
        "staff add admin@example.com --role admin --password-stdin",
        settings=settings,
        typed="admin",
    )
    assert done.returncode == 1
    assert "12" in done.stderr
    visitor.log_in("admin@example.com", "admin", status=422)


def test_a_team_behind_one_address_comes_in_on_its_first_day(app: Flask, staff: Staff) -> None:
    for number in range(32):
        made = staff.invite(f"{number}@example.com", "Somebody", [Role.VIEWER])
        choose(Visitor(app), f"/link/{made.token}", "a password of my own")
