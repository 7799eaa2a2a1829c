"""Test users whom a person hides: every page is as if there were none."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import delete

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from dashboard.store.owners import owners
from dashboard.store.schema import directory, inquiries, sightings, user_tags
from dashboard.store.schema import owners as owners_table
from dashboard.store.tags import tags
from tests.support.browsing import HTMX, Page, Visitor
from tests.support.pages import audit_log
from tests.support.people import LogIn
from tests.views.desk.conftest import People, people
from tests.views.desk.test_desk_views import save

pytestmark = pytest.mark.on_postgres

__all__ = ["people"]
LISTS = (
    "/users",
    "/users?tag=test",
    "/users?tag=vip&status=pending",
    "/users?status=active",
    "/users?country=CO&language=es",
    "/users?q=ana",
    "/users?q=vip",
    "/users?q=anna.test",  # no one: near misses, and searches with fewer words
    "/users?q=ana+real&status=banned",  # no one: how many without the other filter
    "/users?created_from=2026-01-01",
    "/users?kyc=link_fresh",
    "/users?kyc=became_active",
    "/users/export",
    "/users/export?status=pending",
)
DESKS = (
    "/kyc",
    "/kyc?tag=vip",
    "/kyc?lane=not_started",
    "/kyc?lane=became_active",
    "/kyc?lane=closed",
    "/kyc?due=overdue",
    "/kyc?age=day&country=CO",
    "/kyc?q=ana",
    "/kyc?q=vip&tag=vip",
    "/kyc/export",
)
OTHERS = ("/", "/?kind=overdue&rows=20", "/views")


@pytest.fixture
def admin(log_in: LogIn, people: People, database: Database) -> Visitor:
    """Return someone who may open every page; there are users, test users among them."""
    admin = log_in(Role.ADMIN)
    admin.post("/settings/tags", {"name": "VIP", "colour": "teal"})
    save(admin, "Expired", "lane=link_expired")
    for name, query in {"All": "status=pending", "VIPs": "tag=vip", "Anas": "q=ana"}.items():
        admin.post("/views", {"name": name, "filter": query})
    admin.get("/")  # what is new to them begins here
    for kind, keys in {"real": {"vip"}, "test": {"vip", "test"}}.items():
        user_ids = [*_everyone(people, kind)]
        with database.write() as connection:
            for tag, user_id in product(tags.every(connection), user_ids):
                if tag.key in keys:
                    tags.put(connection, user_id, tag, 1, datetime.now(UTC))
            for user_id in user_ids[:3]:  # of whom one is overdue
                owners.assign(connection, user_id, 1, datetime.now(UTC))
    return admin


def _everyone(people: People, kind: str) -> Iterator[UUID]:
    """Put a user into each lane; there are two more of each among test users."""
    for number in range(1 if kind == "real" else 3):
        name = f"ana.{kind}{number}"
        yield people.seen(f"{name}new", registered=5 + 60 * number)
        yield people.started(f"{name}fresh", 3)
        yield people.started(f"{name}expired", 60)
        yield people.started(f"{name}elsewhere", 30, InquiryState.ELSEWHERE)
        yield people.started(f"{name}unknown", 1, InquiryState.UNKNOWN)
        for status in ("active", "banned", "suspended"):
            closed = people.started(f"{name}{status}", 90)
            yield people.seen(f"{name}{status}", status, user_id=closed)


def hide(visitor: Visitor, *, hides: bool = True, back: str = "/users") -> Page:
    wanted = "hidden" if hides else "shown"
    return visitor.post("/account/test-users", {"test_users": wanted, "next": back})


def erase_test_users(database: Database) -> None:
    """Take the test users out of every table that a number is read from."""
    with database.write() as connection:
        ids = [
            row.user_id
            for row in connection.execute(directory.select().where(directory.c.is_test)).all()
        ]
        for table in (directory, inquiries, sightings, user_tags, owners_table):
            connection.execute(delete(table).where(table.c.user_id.in_(ids)))


def told(page: Page) -> str:
    """Return the words of a page, without times and without how large our copy is."""
    page.text = re.sub(r"<time.*?</time>", "", page.text)
    page.text = re.sub(r"Our copy: .*? users?, newest", "Our copy", page.text)
    return page.words


def palette(visitor: Visitor) -> str:
    sent = {"q": "ana.test", "csrf_token": visitor.csrf_token()}
    answer = visitor.http.post("/palette", data=sent, headers=HTMX)
    return told(Page(answer, 200, whole=False))


def test_every_number_is_as_if_there_were_no_test_users(admin: Visitor, database: Database) -> None:
    paths = (*LISTS, *DESKS, *OTHERS)
    shown, found = {path: told(admin.get(path)) for path in paths}, palette(admin)
    hide(admin)
    hidden, found_then = {path: told(admin.get(path)) for path in paths}, palette(admin)
    erase_test_users(database)
    for path in paths:
        assert hidden[path] == told(admin.get(path)), path
        assert hidden[path] != shown[path], path
    assert found_then == palette(admin) != found


def test_a_whole_value_opens_a_hidden_test_user(admin: Visitor, people: People) -> None:
    ana = people.seen("ana.test9")
    admin.post(f"/users/{ana}/tags", {"tag": "1"})
    hide(admin)
    for text in ("ana.test9@example.com", str(ana)):
        assert admin.get(f"/users?q={text}", status=303).headers["Location"] == f"/users/{ana}"
        assert "ana.test9" in admin.get(f"/kyc?q={text}").words
        assert admin.post("/users/find", {"q": text}).headers["Location"] == f"/users/{ana}"
    assert "ana.test9" not in admin.get("/kyc?q=ana.test9").words.partition("Filters")[2]


def test_a_list_says_that_test_users_are_hidden_and_shows_them(admin: Visitor) -> None:
    for path in ("/users?status=pending", "/kyc?lane=unknown"):
        assert "Hide test users" in admin.get(path).words
        answer = hide(admin, back=path)
        assert answer.headers["Location"] == path
        page = admin.get(path)
        assert "Test users are hidden Show" in page.words
        assert "Hide test users" not in page.words
        assert f'name="next" value="{path}"' in page.text
        assert hide(admin, hides=False, back=path).headers["Location"] == path


def test_an_export_says_that_it_has_no_test_users_and_has_none(
    admin: Visitor, database: Database
) -> None:
    hide(admin)
    for path in ("/users/export", "/kyc/export"):
        page = admin.get(path)
        assert "Test users are left out, because you hide them." in page.words
        file = admin.post(path, {"reason": "Asked for.", "format": "csv"}, status=200).text
        assert "ana.real" in file
        assert "ana.test" not in file
        rows = [*csv.DictReader(file.splitlines())]
        assert {row["tags"] for row in rows} == {"VIP"}
    recorded = [json.loads(row.details) for row in audit_log.entries(database, "%:export")]
    assert [each["filter_test_users"] for each in recorded] == ["hidden", "hidden"]


def test_the_switch_is_a_preference(admin: Visitor) -> None:
    admin.post("/account", {"name": "Ana", "test_users": "hidden"})
    assert 'value="hidden" selected' in admin.get("/account").text
    assert "Test users are hidden" in admin.get("/users").words
    admin.post("/account", {"name": "Ana", "test_users": "shown"})
    assert "Test users are hidden" not in admin.get("/users").words


@pytest.mark.parametrize("wanted", ["", "maybe"])
def test_the_switch_is_on_or_off(admin: Visitor, wanted: str) -> None:
    admin.http.get("/users")
    sent = {"test_users": wanted, "csrf_token": admin.csrf_token()}
    assert admin.http.post("/account/test-users", data=sent).status_code == 400
