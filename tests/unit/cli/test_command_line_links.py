"""`python -m dashboard staff …` where it hands over a one-time link, and the rescue."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.factors import give_factors
from tests.support.pages.links import choose
from tests.support.people import Hire
from tests.support.soft_passkey import enrol
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

NEW = "a password of my own"


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    """Those of a machine whose address follows from its port and hosts."""
    return {**settings, "PUBLIC_URL": ""}


def path_in(said: str, address: str) -> str:
    found = re.search(rf"^{re.escape(address)}(/link/[\w-]{{43}})$", said, re.MULTILINE)
    assert found, said
    assert re.search(r"^It works once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$", said, re.MULTILINE)
    return found[1]


@pytest.mark.usefixtures("database")
def test_somebody_is_added_and_comes_back_by_links(
    run: Run, settings: dict[str, str], visitor: Visitor
) -> None:
    done = run("staff add ana@example.com --role viewer --name Ana", settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    invited = path_in(done.stdout, "http://localhost:8000")
    assert "(invited)" in run("staff list", settings=settings).stdout
    done = run("staff reset ana@example.com", settings={**settings, "PORT": "8123"})
    again = path_in(done.stdout, "http://localhost:8123")
    choose(visitor, invited, NEW, status=404)
    choose(visitor, again, NEW)
    visitor.get("/users")
    assert "(invited)" not in run("staff list", settings=settings).stdout
    assert "link" in run("staff reset ana@example.com", settings=settings).stdout


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("hosts", "address"),
    [
        ("localhost,dash.example.com,other.example.com", "https://dash.example.com"),
        (".example.com,dash.example.com", "https://dash.example.com"),
        ("localhost", "http://localhost:8000"),
    ],
)
@pytest.mark.parametrize("public_url", ["", "https://other.example.com:8443"])
def test_the_link_has_the_address_that_browsers_use(
    run: Run, settings: dict[str, str], hosts: str, address: str, public_url: str
) -> None:
    named = {**settings, "TRUSTED_HOSTS": hosts}
    if public_url:
        named |= {"TRUSTED_HOSTS": f"{hosts},other.example.com", "PUBLIC_URL": public_url}
        address = public_url
    path_in(run("staff add a@example.com --role viewer", settings=named).stdout, address)


def test_the_last_admin_goes_with_a_warning_and_comes_back(
    run: Run, settings: dict[str, str], database: Database
) -> None:
    email, typed = "ana@example.com", "a password of hers"
    run(f"staff add {email} --role admin --password-stdin", settings=settings, typed=typed)
    for command in (f"disable {email}", f"role {email} --role viewer"):
        run(f"staff enable {email}", settings=settings)
        run(f"staff role {email} --role admin", settings=settings)
        done = run(f"staff {command}", settings=settings)
        assert done.returncode == 0
        assert "Warning: no admin can log in any more." in done.stderr
    run(f"staff role {email} --role admin", settings=settings)
    assert "disabled" not in run("staff list", settings=settings).stdout
    details = [row.details for row in audit_log.entries(database)]
    assert all("command line" in each for each in details)


@pytest.mark.usefixtures("database")
def test_the_disabled_get_no_link(run: Run, settings: dict[str, str]) -> None:
    run("staff add a@example.com --role viewer", settings=settings)
    run("staff disable a@example.com", settings=settings)
    done = run("staff reset a@example.com", settings=settings)
    assert (done.returncode, "Enable them first" in done.stderr) == (1, True)
    assert run("staff reset nobody@example.com", settings=settings).returncode == 1
    assert run("staff enable nobody@example.com", settings=settings).returncode == 1


def test_the_list_has_second_factors_and_links(
    run: Run, settings: dict[str, str], database: Database, staff: Staff
) -> None:
    run("staff add a@example.com --role viewer --name A", settings=settings)
    run("staff add b@example.com --role viewer --name B", settings=settings)
    give_factors(database, 2)
    staff.require_second_factor("a@example.com", required=True)
    staff.withdraw_link("b@example.com")
    first, second = run("staff list", settings=settings).stdout.splitlines()
    assert re.fullmatch(
        r"a@example.com  A  viewer  no second factor, required by an admin  \(invited\)  "
        r"\(link works until \d{4}-\d\d-\d\d \d\d:\d\d UTC\)",
        first,
    )
    assert second == "b@example.com  B  viewer  passkey, authenticator"


@pytest.mark.parametrize("typed", [None, NEW], ids=["link", "password"])
def test_a_reset_takes_the_second_factors_away_and_nothing_old_lets_in(
    run: Run,
    settings: dict[str, str],
    hire: Hire,
    database: Database,
    app: Flask,
    typed: str | None,
) -> None:
    email, password = hire(Role.ADMIN)
    passkey = enrol(database, email)
    if typed:
        done = run(f"staff reset {email} --password-stdin", settings=settings, typed=typed)
        assert "no second factor" in done.stdout
        Visitor(app).log_in(email, typed)
    else:
        done = run(f"staff reset {email}", settings=settings)
        assert "no password or second factor" in done.stdout
        link = path_in(done.stdout, "http://localhost:8000")
        assert choose(Visitor(app), link, NEW).headers["Location"] == "/"
    Visitor(app).log_in(email, password, status=422)
    Visitor(app).show_passkey(passkey, status=422)
    assert Visitor(app).log_in(email, NEW).headers["Location"] == "/"
