"""Tags: the list that admins keep, and those of a user."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from dashboard.services.permissions import Role
from dashboard.services.tags.tag_list import COLOURS, MOST
from dashboard.store.db.database import Database
from dashboard.store.schema import directory, tags, user_tags
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

PAGE = "/settings/tags"


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def create(admin: Visitor, name: str, colour: str = "teal", *, status: int = 303) -> Page:
    return admin.post(PAGE, {"name": name, "colour": colour}, status=status)


def events(database: Database) -> list[tuple[str, str]]:
    """Return what was recorded about tags: the action, and the name in its details."""
    rows = audit_log.entries(database, "tags:%")
    details = [json.loads(row.details) for row in rows]
    return [
        (row.action, told.get("tag") or told["name"])
        for row, told in zip(rows, details, strict=True)
    ]


def kept(database: Database) -> list[tuple[int, str, str, str]]:
    with database.read() as connection:
        found = select(tags.c.id, tags.c.key, tags.c.name, tags.c.colour).order_by(tags.c.id)
        return [tuple(row) for row in connection.execute(found)]


def has(database: Database, user_id: str) -> set[int]:
    with database.read() as connection:
        rows = connection.execute(select(user_tags.c.user_id, user_tags.c.tag_id))
        return {tag_id for of, tag_id in rows if str(of) == user_id}


def test_there_is_a_tag_for_test_users_from_the_start(database: Database) -> None:
    assert kept(database) == [(1, "test", "test", "grey")]


def test_an_admin_creates_changes_and_deletes_a_tag(admin: Visitor, database: Database) -> None:
    create(admin, "Call after 16:00")
    assert "Tag created." in admin.get(PAGE).words
    assert kept(database)[1:] == [(2, "call-after-16-00", "Call after 16:00", "teal")]
    admin.post(f"{PAGE}/2", {"name": "Call late", "colour": "red"})
    assert kept(database)[1:] == [(2, "call-after-16-00", "Call late", "red")]
    assert "Delete the tag “Call late”?" in admin.get(f"{PAGE}/2/confirm").words
    admin.post(f"{PAGE}/2/delete")
    assert len(kept(database)) == 1
    assert events(database) == [
        ("tags:create", "Call after 16:00"),
        ("tags:change", "Call late"),
        ("tags:delete", "Call late"),
    ]


def test_nothing_new_is_no_event(admin: Visitor, database: Database) -> None:
    admin.post(f"{PAGE}/1", {"name": "test", "colour": "grey"})
    assert events(database) == []


def test_the_tag_of_test_users_is_renamed_but_not_deleted(
    admin: Visitor, database: Database
) -> None:
    admin.get(f"{PAGE}/1/confirm", status=404)
    admin.post(f"{PAGE}/1/delete", status=404)
    admin.post(f"{PAGE}/1", {"name": "de prueba", "colour": "pink"})
    assert kept(database) == [(1, "test", "de prueba", "pink")]


@pytest.mark.parametrize("name", ["TEST", " test ", "Tést"])
def test_two_tags_have_different_names(admin: Visitor, database: Database, name: str) -> None:
    page = create(admin, name, status=422)
    assert "There is already a tag with this name." in page.words
    assert len(kept(database)) == 1
    create(admin, "vip")
    page = admin.post(f"{PAGE}/2", {"name": name, "colour": "teal"}, status=422)
    assert "There is already a tag with this name." in page.words


def test_a_name_that_is_free_again_gets_another_key(admin: Visitor, database: Database) -> None:
    create(admin, "vip")
    admin.post(f"{PAGE}/2", {"name": "priority", "colour": "teal"})
    create(admin, "VIP")
    assert [key for _, key, _, _ in kept(database)] == ["test", "vip", "vip-2"]


def test_there_are_only_so_many(admin: Visitor, database: Database) -> None:
    for number in range(MOST - 1):
        create(admin, f"tag {number}")
    assert "There are 30 tags" in create(admin, "one more", status=422).words
    assert len(kept(database)) == MOST


@pytest.mark.parametrize(
    ("name", "colour", "told"),
    [
        ("", "teal", "Enter a name."),
        ("a" * 31, "teal", "Use at most 30 characters."),
        ("vip", "octarine", "Choose a colour."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    admin: Visitor, database: Database, name: str, colour: str, told: str
) -> None:
    for path in (PAGE, f"{PAGE}/1"):
        page = admin.post(path, {"name": name, "colour": colour}, status=422)
        assert told in page.words
        assert f'value="{name}"' in page.text
    assert kept(database) == [(1, "test", "test", "grey")]


def test_a_name_is_text(admin: Visitor) -> None:
    create(admin, "<b>vip</b> {{ 7*7 }}")
    assert "<b>vip</b> {{ 7*7 }}" in admin.get(PAGE).words


def test_only_admins_keep_the_list(log_in: LogIn) -> None:
    for role in set(Role) - {Role.ADMIN}:
        log_in(role).get(PAGE, status=403)


@pytest.fixture
def user_id(support: Visitor, simulator: RunningSimulator) -> str:
    """Return a user who was opened."""
    user_id = str(simulator.users()[0]["id"])
    support.get(f"/users/{user_id}")
    return user_id


def shown_on(page: Page) -> set[str]:
    """Return the names of the tags beside the status."""
    header = page.text.partition('id="tags"')[0]
    return set(re.findall(r'class="badge tag[^>]*>.*?<bdi>([^<]+)</bdi>', header))


def test_tags_are_set_and_taken_off_each_as_an_event(
    admin: Visitor, support: Visitor, database: Database, user_id: str
) -> None:
    create(admin, "vip")
    sent = {"tag": ["1", "2"], "shown": ""}
    support.post(f"/users/{user_id}/tags", sent)  # type: ignore[arg-type]  # two boxes
    assert has(database, user_id) == {1, 2}
    assert shown_on(support.get(f"/users/{user_id}")) == {"test", "vip"}
    support.post(f"/users/{user_id}/tags", {"tag": "2", "shown": "1 2"})
    assert has(database, user_id) == {2}
    assert events(database)[1:] == [
        ("tags:set", "test"),
        ("tags:set", "vip"),
        ("tags:unset", "test"),
    ]


def test_two_people_at_one_user_lose_nothing(
    admin: Visitor, support: Visitor, log_in: LogIn, database: Database, user_id: str
) -> None:
    create(admin, "vip")
    other = log_in(Role.SUPPORT)
    support.post(f"/users/{user_id}/tags", {"tag": "1", "shown": ""})
    other.post(f"/users/{user_id}/tags", {"tag": "2", "shown": ""})  # from an earlier page
    assert has(database, user_id) == {1, 2}
    support.post(f"/users/{user_id}/tags", {"tag": "1", "shown": "1"})
    other.post(f"/users/{user_id}/tags", {"tag": "2", "shown": "2"})
    assert has(database, user_id) == {1, 2}
    support.post(f"/users/{user_id}/tags", {"shown": "1"})
    other.post(f"/users/{user_id}/tags", {"shown": "1"})
    assert has(database, user_id) == {2}
    assert events(database).count(("tags:unset", "test")) == 1


def test_the_tag_of_test_users_is_copied_to_the_directory(
    support: Visitor, database: Database, user_id: str
) -> None:
    def is_test() -> bool:
        with database.read() as connection:
            rows = connection.execute(select(directory.c.user_id, directory.c.is_test))
            return bool({str(of): marked for of, marked in rows}[user_id])

    assert not is_test()
    support.post(f"/users/{user_id}/tags", {"tag": "1", "shown": ""})
    assert is_test()
    support.post(f"/users/{user_id}/tags", {"shown": "1"})
    assert not is_test()


def test_a_deleted_tag_is_taken_off_and_left_out_of_a_form_from_before(
    admin: Visitor, support: Visitor, database: Database, user_id: str
) -> None:
    create(admin, "vip")
    support.post(f"/users/{user_id}/tags", {"tag": "2", "shown": ""})
    assert "It will be removed from 1 user." in admin.get(f"{PAGE}/2/confirm").words
    admin.post(f"{PAGE}/2/delete")
    assert has(database, user_id) == set()
    support.post(f"/users/{user_id}/tags", {"tag": "2", "shown": ""})
    assert has(database, user_id) == set()


@pytest.mark.parametrize("sent", [{"tag": "x"}, {"tag": "9" * 5000}, {"shown": "1 x -1 ²"}])
def test_what_is_no_number_of_a_tag_changes_nothing(
    support: Visitor, database: Database, user_id: str, sent: dict[str, str]
) -> None:
    support.http.post(f"/users/{user_id}/tags", data={"csrf_token": support.csrf_token(), **sent})
    assert has(database, user_id) == set()


def test_a_user_whom_no_answer_named_gets_no_tag(support: Visitor, database: Database) -> None:
    support.post(f"/users/{uuid4()}/tags", {"tag": "1"}, status=404)
    assert events(database) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_who_sees_users_masked_sees_their_tags_and_sets_none(
    support: Visitor, log_in: LogIn, user_id: str, role: Role
) -> None:
    support.post(f"/users/{user_id}/tags", {"tag": "1", "shown": ""})
    other = log_in(role)
    page = other.get(f"/users/{user_id}")
    assert shown_on(page) == {"test"}
    assert "Change tags" not in page.text
    other.post(f"/users/{user_id}/tags", {"shown": "1"}, status=403)


def test_there_is_a_colour_for_each_word(admin: Visitor) -> None:
    for colour in COLOURS:
        create(admin, f"in {colour}", colour)
    page = admin.get(PAGE)
    for colour in COLOURS:
        assert f'class="badge tag {colour}"' in page.text
