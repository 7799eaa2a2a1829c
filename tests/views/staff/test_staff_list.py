"""The list of staff: who is in it, in which order, and what it shows of each."""

from flask import Flask

from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.store.schema import staff as staff_table
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.links import invite
from tests.views.staff.test_staff import admin, other, page_of

__all__ = ["admin", "other"]


def test_the_list_answers_htmx_with_the_people(admin: Visitor) -> None:
    assert 'id="people"' in admin.fragment("/staff", "people").text


def test_a_name_is_text_wherever_it_is_shown(admin: Visitor, staff: Staff) -> None:
    probe = '<img src=x onerror="alert(1)">'
    invite(admin, "x@example.com", name=probe)
    for path in ("/staff", page_of(staff, "x@example.com")):
        assert "<img" not in admin.get(path).text


def test_people_are_listed_by_name_as_the_reader_s_language_sorts_them(
    admin: Visitor, database: Database
) -> None:
    for name in ("Penz", "Peña", "Óscar"):
        sent = {"email": f"{len(name)}{name[-1]}@example.com", "name": name, "roles": "viewer"}
        admin.post("/staff", sent, status=200)
    with database.write() as connection:
        connection.execute(staff_table.update().values(language="es"))
    for path in ("/staff", "/audit"):
        words = admin.get(path).words
        places = [words.index(name) for name in ("Óscar", "Penz", "Peña")]
        assert places == sorted(places), path


def test_last_seen_is_the_last_click(
    admin: Visitor, other: tuple[str, str], app: Flask, clock: TestClock
) -> None:
    assert "Never" in admin.get("/staff").words
    there = Visitor(app)
    there.log_in(*other)
    clock.advance(minutes=30)
    there.get("/users")
    clock.advance(minutes=7)
    assert "Last seen 7 minutes ago" in admin.get("/staff/2").words
