"""The one search box finds users by what notes on them say, for those who may read notes."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of, fill
from tests.support.pages.user_list import shown
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def users(simulator: RunningSimulator, database: Database) -> list[dict[str, str]]:
    users = simulator.users()
    fill(database, map(facts_of, users))
    return users


def write(visitor: Visitor, user: dict[str, str], note: str) -> None:
    visitor.post(f"/users/{user['id']}/notes", {"note": note})


def marked(page: Page) -> list[str]:
    """Return the users whose row says that a note has what was searched for."""
    rows = re.findall(r'<tr class="go">[\s\S]*?</tr>', page.text)
    links = (re.search(r'href="/users/([0-9a-f-]{36})', row) for row in rows if "In a note" in row)
    return [link[1] for link in links if link]


def test_every_word_may_be_in_a_note_or_in_the_user(
    support: Visitor, users: list[dict[str, str]]
) -> None:
    first, second = users[0], users[1]
    write(support, first, "Quetzal asked for a SELFIE")
    write(support, second, "quetzal too")
    local = first["email"].partition("@")[0]
    for text, found in (
        ("quetzal", [first, second]),
        ("quetzál selfie", [first]),
        (f"quetzal {local}", [first]),
        ("quetzal too", [second]),
        ("quetzal missing", []),
    ):
        page = support.get(f"/users?q={text}")
        assert {*shown(page)} == {user["id"] for user in found}, text
        assert {*marked(page)} == {user["id"] for user in found}, text


def test_a_user_whose_row_shows_the_word_is_not_marked(
    support: Visitor, users: list[dict[str, str]]
) -> None:
    local = users[0]["email"].partition("@")[0]
    write(support, users[0], f"Wrote from {local}")
    page = support.get(f"/users?q={local}")
    assert users[0]["id"] in shown(page)
    assert marked(page) == []


def test_a_pasted_line_finds_by_notes_too(support: Visitor, users: list[dict[str, str]]) -> None:
    write(support, users[0], "He said: inquiry: unclear")
    page = support.post("/users/find", {"q": "inquiry: unclear"}, status=200)
    assert marked(page) == [users[0]["id"]]


def test_the_counts_of_a_search_are_those_of_its_rows(
    support: Visitor, users: list[dict[str, str]]
) -> None:
    for user in users[:3]:
        write(support, user, "quetzal")
    page = support.get("/users?q=quetzal")
    assert "1–3 of 3" in page.words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_sees_users_masked_finds_no_one_by_a_note(
    log_in: LogIn, support: Visitor, users: list[dict[str, str]], role: Role
) -> None:
    reader = log_in(role)
    write(support, users[0], "quetzal")
    page = reader.get("/users?q=quetzal")
    assert shown(page) == []
    assert "Search by full email or user ID" in page.words
    assert "In a note" not in page.words
    assert reader.post("/users/find", {"q": "quetzal"}).headers["Location"] == "/users?q=quetzal"


def test_a_deleted_note_finds_no_one(support: Visitor, users: list[dict[str, str]]) -> None:
    write(support, users[0], "quetzal")
    user = f"/users/{users[0]['id']}"
    number = re.search(r'id="note-(\d+)"', support.get(user).text)
    assert number
    support.post(f"{user}/notes/{number[1]}/delete", {"revision": "1"})
    assert shown(support.get("/users?q=quetzal")) == []
