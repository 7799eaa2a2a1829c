"""One's own account."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import staff as staff_table
from dashboard.store.staff.members import StaffMember
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.people import Hire
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

COOKIE = "__Host-dashboard-local"
CHOSEN = {"language", "theme", "shortcuts"}
NEW = "a password of my own"


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    """A support person's email and password."""
    return hire(Role.SUPPORT)


@pytest.fixture
def ana(app: Flask, known: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


def save(visitor: Visitor, *, status: int = 303, **chosen: str) -> Page:
    wanted = {"name": "Ana Martins", "language": "", "time_zone": "", "theme": "", **chosen}
    return visitor.post("/account", wanted, status=status)


def change(visitor: Visitor, current: str, new: str = NEW, *, status: int = 303) -> Page:
    sent = {"password": current, "new_password": new}
    return visitor.post("/account/password", sent, status=status)


def test_every_page_leads_to_the_account(ana: Visitor) -> None:
    assert 'href="/account"' in ana.get("/users").text
    assert "Ana Martins" in ana.get("/account").words


def test_what_is_chosen_holds_in_every_browser(
    ana: Visitor, app: Flask, known: tuple[str, str]
) -> None:
    save(ana, name="Ana María", language="es", time_zone="America/Bogota", theme="dark")
    elsewhere = Visitor(app)
    elsewhere.log_in(*known)
    for visitor in (ana, elsewhere):
        page = visitor.get("/account")
        assert '<html lang="es" data-env="local" data-theme="dark">' in page.text
        assert "Ana María" in page.words
        assert 'value="America/Bogota"' in page.text
        assert '<option value="dark" selected>' in page.text


def test_times_are_those_of_the_chosen_zone(ana: Visitor) -> None:
    save(ana, time_zone="Asia/Tokyo")
    assert "Asia/Tokyo" in ana.get("/tokens").text + ana.get("/users").text


def test_a_time_zone_is_found_by_its_city_as_people_type_it(ana: Visitor) -> None:
    save(ana, time_zone=" bogotá ")
    assert 'value="America/Bogota"' in ana.get("/account").text


def test_a_change_is_recorded_by_name_and_none_is_not(ana: Visitor, database: Database) -> None:
    save(ana, language="es", theme="dark")
    save(ana, language="es", theme="dark")
    assert audit_log.outcomes(database, "account:change") == [
        ("succeeded", {"changed": "language,theme"})
    ]


@all_of(
    "field,value,said",
    [
        ("name", "  ", "Enter your name."),
        ("name", "x" * 101, "100"),
        ("time_zone", "Atlantis", "Choose a time zone"),
        ("time_zone", "../../etc/passwd", "Choose a time zone"),
        ("language", "xx", "Invalid value"),
        ("theme", "pink", "Invalid value"),
        ("shortcuts", "maybe", "Invalid value"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_stays(
    ana: Visitor, only_member: StaffMember, staff: Staff, field: str, value: str, said: str
) -> None:
    page = save(ana, status=422, **{"name": "Ana María", field: value})
    assert said in page.text.split(f'id="{field}-error"')[1].split("</p>")[0]
    assert f'value="{value}"' in page.text or field in CHOSEN or not value.strip()
    assert staff.every() == [only_member]


def test_single_key_shortcuts_are_off_on_every_page_once_turned_off(
    ana: Visitor, database: Database, simulator: RunningSimulator
) -> None:
    off, pages = (
        'data-shortcuts="off"',
        ("/users", "/account", f"/users/{simulator.users()[0]['id']}"),
    )
    assert off not in ana.get("/users").text
    save(ana, shortcuts="off")
    for path in pages:
        assert off in ana.get(path).text, path
    assert '<option value="off" selected>' in ana.get("/account").text
    save(ana, shortcuts="on")
    for path in pages:
        assert off not in ana.get(path).text, path
    changes = [("succeeded", {"changed": "shortcuts"})] * 2
    assert audit_log.outcomes(database, "account:change") == changes


def test_the_theme_of_this_browser_holds_until_one_is_saved(
    ana: Visitor, app: Flask, known: tuple[str, str]
) -> None:
    save(ana, theme="light")
    ana.http.set_cookie("theme", "dark")  # as the button at the top does
    assert 'data-theme="dark"' in ana.get("/users").text
    assert '<option value="dark" selected>' in ana.get("/account").text
    elsewhere = Visitor(app)
    elsewhere.log_in(*known)
    assert 'data-theme="light"' in elsewhere.get("/users").text
    save(ana, theme="")
    for visitor in (ana, elsewhere):
        assert "data-theme=" not in visitor.get("/users").text
    assert "theme" not in ana.cookies()


@pytest.mark.parametrize("name", ["\u200b", "Ana\u202eadmin"])
def test_a_name_that_cannot_be_seen_is_refused(ana: Visitor, name: str) -> None:
    page = save(ana, status=422, name=name)
    assert 'id="name-error"' in page.text


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("time_zone", "Your saved time zone is no longer available: Mars/Olympus."),
        ("language", "Your saved language is no longer available: Mars/Olympus."),
        ("theme", "Your saved theme is no longer available: Mars/Olympus."),
    ],
)
def test_a_saved_preference_that_no_longer_exists_gives_way_and_is_named(
    ana: Visitor, database: Database, column: str, said: str
) -> None:
    with database.write() as connection:
        connection.execute(staff_table.update().values({column: "Mars/Olympus"}))
    assert ana.get("/users")
    page = ana.get("/account")
    assert said in page.words
    assert 'value="Mars/Olympus"' not in page.text
    save(ana, theme="dark")  # the kept fields can be saved as shown
    assert "no longer available" not in ana.get("/account").words
