"""From the list to its users and back, and what a masked role sees of it."""

import re
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory.rows import SeenUser
from tests.support.browsing import Visitor
from tests.support.directory import fill, someone
from tests.support.pages.forms import trail
from tests.support.pages.user_list import flat, link, pages, shown
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

USERS = [someone(number) for number in range(1, 61)]


@pytest.fixture
def filled(database: Database, simulator: RunningSimulator) -> Database:
    assert simulator
    fill(database, USERS)
    return database


@pytest.mark.parametrize("sort", ["email", "-name", "phone"])
def test_a_masked_role_does_not_sort_by_what_is_masked(
    filled: Database, log_in: LogIn, sort: str
) -> None:
    assert filled
    viewer = log_in(Role.VIEWER)
    page = viewer.get(f"/users?sort={sort}")
    assert "We can’t use these parts of the address: sort." in page.words
    assert shown(page) == shown(viewer.get("/users"))
    assert "sort=email" not in page.text


def test_a_masked_role_learns_nothing_from_a_part(filled: Database, log_in: LogIn) -> None:
    assert filled
    page = log_in(Role.VIEWER).get("/users?q=maria")
    assert not shown(page)
    assert "Search by full email or user ID" in page.words
    assert 'class="count"' not in page.text
    assert not re.search(r"\(\d+\)</option>", page.text)


def test_a_masked_role_sees_neither_names_nor_numbers(filled: Database, log_in: LogIn) -> None:
    assert filled
    text = log_in(Role.VIEWER).get("/users?limit=100").text
    assert not [user.email for user in USERS if user.email in text]
    assert not [user.phone for user in USERS if user.phone and user.phone in text]
    assert "María" not in text


def test_previous_and_next_walk_the_list_that_a_user_was_opened_from(
    database: Database, support: Visitor, simulator: RunningSimulator
) -> None:
    users = [
        SeenUser(UUID(user["id"]), user["email"], user["status"], user["countryCode"], None, None)
        for user in simulator.users()
    ]
    fill(database, users)
    path = "/users?status=pending&sort=-email"
    listed = flat(pages(support, path))
    opened = re.search(rf'href="(/users/{listed[1]}\?in=[\w-]+)"', support.get(path).text)
    assert opened
    page = support.get(opened[1])
    assert 'href="/users?status=pending&amp;sort=-email">Users' in page.text
    walked = [listed[1]]
    while there := link(page, "next"):
        walked.append(there[7:43])
        page = support.get(there)
    assert walked == listed[1:]
    assert link(page, "prev")[7:43] == listed[-2]
    other = support.get(opened[1].split("?")[0])
    assert not link(other, "next")


def test_a_list_sealed_for_one_person_opens_nothing_for_another(
    database: Database, log_in: LogIn, simulator: RunningSimulator
) -> None:
    known = simulator.users()[0]
    fill(database, [SeenUser(UUID(known["id"]), "secret@example.com", "active", None, None, None)])
    page = log_in(Role.SUPPORT).get("/users?q=secret")
    opened = re.search(r'href="(/users/[\w-]+\?in=[\w-]+)"', page.text)
    assert opened
    assert "secret" not in opened[1]
    for role in (Role.VIEWER, Role.SUPPORT):
        assert "q=secret" not in log_in(role).get(opened[1]).text


def test_columns_rows_and_density_are_kept_for_the_person_and_recorded(
    filled: Database, support: Visitor
) -> None:
    list_ = "/users?status=pending"
    assert len(shown(support.get(list_))) == 20
    chosen = {"rows": "50", "density": "compact", "column": ["status", "phone"], "next": list_}
    answer = support.post("/account/list", chosen)  # type: ignore[arg-type]  # several columns
    assert answer.headers["Location"] == list_
    page = support.get("/users")
    assert len(shown(page)) == 50
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page.text)
    assert heads == ["User", "Status", "Phone"]
    assert 'class="under"' not in page.text
    assert 'name="column" value="phone" checked' in page.text
    assert trail(filled, "account:change") == [("succeeded", None)]
    support.post("/account/list", chosen)  # type: ignore[arg-type]  # as above
    assert len(trail(filled, "account:change")) == 1


@all_of("bad", [{"rows": "21"}, {"density": "none"}, {"column": "secret"}, {"rows": ""}])
def test_choices_that_no_page_offers_are_refused(
    filled: Database, support: Visitor, bad: dict[str, str]
) -> None:
    chosen = {"rows": "50", "density": "compact", "column": "status"}
    support.post("/account/list", {**chosen, **bad}, status=400)
    assert not trail(filled, "account:change")


def test_choices_lead_nowhere_else(filled: Database, support: Visitor) -> None:
    assert filled
    chosen = {"rows": "50", "density": "compact", "column": "status", "next": "//evil.example"}
    assert support.post("/account/list", chosen).headers["Location"] == "/users"


def test_on_a_phone_a_row_has_the_user_id_only_where_its_column_is_chosen_or_a_search_is_for_it(
    filled: Database, support: Visitor
) -> None:
    assert filled
    start = str(USERS[0].user_id)[:8]

    def lines(path: str) -> str:
        found = re.findall(
            r'<span class="sub">(.*?)</span></th>', support.get(path).text, re.DOTALL
        )
        assert found
        return re.sub("<[^>]+>", "", " ".join(found))

    assert "…" not in lines("/users")
    assert "…" not in lines("/users?q=example")  # a word that no ID has
    assert start in lines(f"/users?q={start}")
    chosen = {"rows": "20", "density": "comfortable", "column": ["status", "id"], "next": "/users"}
    support.post("/account/list", chosen)  # type: ignore[arg-type]  # several columns
    assert "…" in lines("/users")
