"""The export of users: any list of the directory, whole, in either format, after a record of it."""

import html
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.files import tables
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import rows, walk
from dashboard.store.directory.rows import SeenUser
from dashboard.store.directory.search import DirectoryQuery, Word
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.directory import fill
from tests.support.directory import someone as listed
from tests.support.pages import audit_log
from tests.support.pages.forms import trail
from tests.support.pages.user_list import shown
from tests.support.people import Hire, LogIn
from tests.support.sampling import all_of
from tests.views.exports.test_exports import CSV, JSON_LINES, lines, table

START = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
ACTION = "users:export"


def someone(number: int) -> SeenUser:
    return SeenUser(
        user_id=UUID(int=number),
        email=f"ana{number}@example.com",
        status=("pending", "active", "banned")[number % 3],
        country_code=("CO", "CL")[number % 2],
        preferred_language="es" if number % 4 else None,
        registered_at=START + timedelta(hours=number) if number else None,
        phone=f"+57300{number:07}",
        user_type="personal" if number % 5 else None,
    )


@pytest.fixture
def people(database: Database) -> list[SeenUser]:
    users = [someone(number) for number in range(2 * walk.BATCH + 3)]
    with database.write() as connection:
        rows.record(connection, users, START)
        rows.know(connection, users[0].user_id, name='=cmd|"/c calc"!A1')
        rows.know(connection, users[1].user_id, name="Zoë, la menor")
    return users


@pytest.fixture
def exporter(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC)


def test_the_whole_directory_leaves_with_every_value_as_it_is(
    exporter: Visitor, people: list[SeenUser]
) -> None:
    assert f"Export {len(people):,} rows" in exporter.get("/users/export").words
    given = lines(exporter.post("/users/export", JSON_LINES, status=200))
    assert [each["user_id"] for each in given] == [str(each.user_id) for each in people]
    assert given[0] == {
        "user_id": "00000000-0000-0000-0000-000000000000",
        "email": "ana0@example.com",
        "name": '=cmd|"/c calc"!A1',
        "phone": "+573000000000",
        "status": "pending",
        "country": "CO",
        "type": None,
        "language": None,
        "registered_at": None,
        "first_seen_at": "2026-01-31T23:30:00.000000Z",
        "last_seen_at": "2026-01-31T23:30:00.000000Z",
        "status_since_at": "2026-01-31T23:30:00.000000Z",
        "gone_at": None,
        "tags": None,
    }
    assert given[1]["registered_at"] == "2026-02-01T00:30:00.000000Z"


@pytest.mark.usefixtures("people")
def test_a_spreadsheet_calculates_nothing_and_the_text_comes_back(
    exporter: Visitor, tmp_path: Path
) -> None:
    given = exporter.post("/users/export", CSV, status=200)
    first, second = table(given)[:2]
    assert first["name"] == """'=cmd|"/c calc"!A1"""
    assert (first["phone"], first["type"], first["gone_at"]) == ("'+573000000000", "", "")
    assert second["name"] == "Zoë, la menor"
    file = tmp_path / "users.csv"
    file.write_bytes(given.response.data)
    assert [*tables.read(file, frozenset())] == lines(
        exporter.post("/users/export", JSON_LINES, status=200)
    )


@all_of(
    "asked,matches",
    [
        ("status=banned", lambda each: each.status == "banned"),
        (
            "country=cl&language=es",
            lambda each: each.country_code == "CL" and each.preferred_language,
        ),
        ("user_type=personal&q=ana7", lambda each: each.user_type and "ana7" in each.email),
        ("q=zoe", lambda each: each.user_id.int == 1),
        ("q=ana+2000", lambda each: "2000" in each.email or "2000" in (each.phone or "")),
        ("created_from=2026-02-01&created_to=2026-02-01", lambda each: 1 <= each.user_id.int <= 24),
        ("q=no-one", lambda _each: False),
    ],
)
def test_the_filters_of_the_address_are_those_of_the_file(
    exporter: Visitor,
    people: list[SeenUser],
    asked: str,
    matches: Callable[[SeenUser], object],
) -> None:
    wanted = [str(each.user_id) for each in people if matches(each)]
    given = lines(exporter.post(f"/users/export?{asked}", JSON_LINES, status=200))
    assert [each["user_id"] for each in given] == wanted
    assert f"Export {len(wanted):,} row" in exporter.get(f"/users/export?{asked}").words


@all_of("asked", ["sort=email", "status=a&status=b", "user_type=x", "after=1"])
def test_what_cannot_be_used_does_not_export_more(
    exporter: Visitor, database: Database, asked: str
) -> None:
    page = exporter.post(f"/users/export?{asked}", CSV, status=422)
    assert "We can’t use these parts of the address" in page.words
    assert trail(database, ACTION) == []


def test_a_search_that_many_match_gives_the_same_users_as_one_for_few(
    database: Database, people: list[SeenUser]
) -> None:
    query = DirectoryQuery(words=(Word("ana1"), Word("example")), country_code="CL")
    few, many = (
        [user_id for batch in walk.walk(database, query, number) for user_id in batch[0]]
        for number in (walk.FEW, walk.FEW + 1)
    )
    wanted = [each for each in people if "ana1" in each.email and each.country_code == "CL"]
    assert few == many == [str(each.user_id) for each in wanted]


@pytest.mark.usefixtures("people")
def test_it_is_recorded_with_its_filters_and_without_the_words_of_a_search(
    exporter: Visitor, database: Database
) -> None:
    exporter.post("/users/export?status=pending&q=zoe+ana1@example.com", CSV, status=200)
    (entry,) = audit_log.entries(database, ACTION)
    assert entry.reason == CSV["reason"]
    assert json.loads(entry.details) == {
        "filter_status": "pending",
        "filter_words": 2,
        "format": "csv",
        "rows": 0,
    }


@pytest.mark.usefixtures("people")
def test_what_cannot_be_recorded_does_not_leave(exporter: Visitor, database: Database) -> None:
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit")
    page = exporter.post("/users/export", CSV, status=503)
    assert "Content-Disposition" not in page.headers
    assert "ana1@example.com" not in page.text


def test_a_user_who_is_erased_while_the_file_is_made_is_not_in_the_rest_of_it(
    database: Database, people: list[SeenUser]
) -> None:
    batches = walk.walk(database, DirectoryQuery(), len(people))
    first = next(batches)
    with database.write() as connection:
        rows.remove(connection, people[-1].user_id)
    given = [*first[0], *(user_id for batch in batches for user_id in batch[0])]
    assert given == [str(each.user_id) for each in people[:-1]]


def test_the_list_leads_to_its_export_with_its_filters_and_no_place(
    exporter: Visitor, database: Database
) -> None:
    fill(database, map(listed, range(60)))
    page = exporter.get("/users?status=pending&kyc=not_started&q=ana&sort=-name&limit=50")
    path = "/users/export?q=ana&amp;status=pending&amp;kyc=not_started"
    assert f'href="{path}"' in page.text
    given = exporter.post(html.unescape(path), JSON_LINES, status=200)
    assert sorted(str(each["user_id"]) for each in lines(given)) == sorted(shown(page))
    assert lines(given)
    assert 'href="/users/export"' in exporter.get("/users").text
    assert "/users/export" not in exporter.get("/users?source=api").text


def test_without_a_directory_there_is_no_export(
    settings: dict[str, str], database: Database, hire: Hire
) -> None:
    assert database
    visitor = Visitor(create_app(load_config(None, **settings, DIRECTORY="off")))
    visitor.log_in(*hire(Role.KYC))
    visitor.get("/users/export", status=404)
    visitor.post("/users/export", CSV, status=404)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.AUDITOR])
def test_other_roles_export_no_users(log_in: LogIn, database: Database, role: Role) -> None:
    fill(database, map(listed, range(60)))
    visitor = log_in(role)
    visitor.post("/users/export", CSV, status=403)
    assert "/users/export" not in visitor.get("/users").text
