"""The cost of a page, counted: statements of SQL, files and bytes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.directory import facts_of, fill, someone
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

COLD_KB, FILES = 80, 6


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give the statements that are run inside the block."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [
        # session; pair, freeze and breaker; who is known; their types; how many are overdue
        ("/users", {}, 5),
        ("/users", HTMX, 4),
        # as above, that it was opened, counted, remembered and logged; what we know of one user in
        # four; their tags, owner, notes with one's own draft, contacts and text; their story in two
        ("/users/{id}", {}, 17),
        ("/views", {}, 5),  # session; views; users opened last; pair, freeze and breaker
        ("/views", {**HTMX, "HX-Target": "saved-views"}, 2),  # what every page loads: no counts
        ("/account", {}, 7),
        ("/static/{hash}/app.css", {}, 0),
    ],
)
def test_a_page_asks_the_database_so_often(
    support: Visitor, simulator: RunningSimulator, path: str, headers: dict[str, str], most: int
) -> None:
    text = support.get("/users").text
    found = re.search(r"/static/([0-9a-f]{6})/", text)
    assert found
    whole = path.format(id=simulator.users()[0]["id"], hash=found[1])
    support.http.get(whole, headers=headers, buffered=True)  # the first one may have to remember
    with counted() as statements:
        support.http.get(whole, headers=headers, buffered=True)
    assert len(statements) <= most, "\n".join(statements)


@pytest.mark.parametrize("limit", [5, 25])
def test_a_page_of_users_is_remembered_in_one_statement_a_table(
    support: Visitor, clock: TestClock, limit: int
) -> None:
    path = f"/users?source=api&limit={limit}"
    for what in ("INSERT INTO", "UPDATE"):  # new users, and those seen a while ago
        clock.advance(seconds=90)
        with counted() as statements:
            support.http.get(path, buffered=True)
        for table in ("sightings", "directory"):
            writes = [each for each in statements if each.startswith(f"{what} {table} ")]
            assert len(writes) == 1, "\n".join(statements)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        # session; coverage; rows; lanes; counts; those of lanes and of tags; owners; the breaker;
        # the selection
        ("/users", 10),
        ("/users?sort=email&limit=7", 10),
        ("/users?status=pending&country=CO", 12),  # rows are looked for in two ways
        ("/users?q=maria", 20),  # and what the text names, in notes and tags too
        # what needs attention takes a count for each of six lists, and the rows of four; who is
        # mine, was given to me, and has no owner
        ("/", 31),
    ],
)
def test_the_list_from_our_copy_asks_the_database_so_often(
    support: Visitor, simulator: RunningSimulator, database: Database, path: str, most: int
) -> None:
    fill(database, [someone(number) for number in range(60)])
    simulator.clear_requests()
    support.http.get(path, buffered=True)
    with counted() as statements:
        support.http.get(path, buffered=True)
    assert len(statements) <= most, "\n".join(statements)
    assert not simulator.requests()


def test_the_way_on_from_a_user_costs_one_statement(
    support: Visitor, simulator: RunningSimulator, database: Database
) -> None:
    fill(database, [facts_of(user) for user in simulator.users()])
    found = re.search(r'href="((/users/[\w-]+)\?in=[\w-]+)"', support.get("/users").text)
    assert found
    sizes = []
    for path in (found[2], found[2], found[1]):
        with counted() as statements:
            support.http.get(path, buffered=True)
        sizes.append(len(statements))
    assert sizes[2] == sizes[1] + 1


@pytest.mark.parametrize(("path", "most"), [("/healthz", 0), ("/login", 1), ("/no-such", 0)])
def test_without_a_session_next_to_nothing_is_asked(visitor: Visitor, path: str, most: int) -> None:
    visitor.http.get(path)
    with counted() as statements:
        visitor.http.get(path)
    assert len(statements) <= most, "\n".join(statements)


def test_a_cold_list_is_of_few_files_and_bytes(log_in: LogIn) -> None:
    visitor = log_in(Role.ADMIN)
    page = visitor.get("/users?limit=20")
    files = {*re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text)}
    sent = [visitor.http.get(file, headers={"Accept-Encoding": "br"}) for file in files]
    sizes = [int(answer.headers["Content-Length"]) for answer in sent]
    for answer in sent:
        answer.close()
    assert len(files) + 1 <= FILES, files
    assert len(page.text.encode()) + sum(sizes) <= COLD_KB * 1000
