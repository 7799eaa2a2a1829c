"""Tags for all users of a selection, as one job."""

import re
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.tags import tags
from dashboard.views.jobs import jobs
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.jobs import JobWorker, count
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.views.selections.conftest import USERS, Picker, ids, mark_of

CHOSEN = ids(user.user_id for user in USERS[:4])


@pytest.fixture
def numbers(log_in: LogIn, database: Database) -> dict[str, str]:
    """Return the numbers of some tags by name."""
    admin: Visitor = log_in(Role.ADMIN)
    for name in ("VIP", "Late"):
        admin.post("/settings/tags", {"name": name, "colour": "teal"})
    with database.read() as connection:
        return {tag.name: str(tag.id) for tag in tags.every(connection)}


def tagged(database: Database) -> dict[str, set[str]]:
    with database.read() as connection:
        found = tags.of_users(connection, [user.user_id for user in USERS])
    return {str(user): {tag.name for tag in each} for user, each in found.items()}


def put(database: Database, user: str, *names: str) -> None:
    with database.write() as connection:
        for tag in tags.every(connection):
            if tag.name in names:
                tags.put(connection, UUID(user), tag, 1, datetime.now(UTC))


def test_each_user_is_changed_and_recorded_as_on_their_page(
    ana: Picker, database: Database, worker: JobWorker, numbers: dict[str, str]
) -> None:
    put(database, CHOSEN[0], "VIP")
    put(database, CHOSEN[1], "Late")
    number = ana.tick("/users?limit=100", CHOSEN)
    path = f"/selections/{number}/tags"
    assert "Set tags of 4 users" in ana.visitor.get(path).words
    asked = ana.post(path, status=200, do="check", add=numbers["VIP"], remove=numbers["Late"])
    assert "Change the tags of 4 users?" in asked.words
    assert re.search(r"Add\s*VIP\s*Remove\s*Late", asked.words)
    job = ana.start(path, add=numbers["VIP"], remove=numbers["Late"])
    worker.work()
    assert tagged(database) == {user: {"VIP"} for user in CHOSEN}
    assert count(database, job) == Counter(done=3, already=1)
    actions = Counter(row.action for row in audit_log.entries(database, "tags:%set"))
    assert actions == Counter({"tags:set": 3, "tags:unset": 1})
    words = ana.visitor.get(f"/jobs/{job}").words
    assert "Set tags of 4 users" in words
    assert words.count("Tags changed") >= 3
    assert "The tags were already as you wanted." in words


@all_of(
    "fields,said",
    [
        ({}, "Choose at least one tag to add or to remove."),
        ({"add": "VIP", "remove": "VIP"}, "Choose whether to add or to remove a tag, not both."),
        ({"add": "999"}, "A tag was deleted in the meantime. Choose again."),
        ({"remove": "x"}, "A tag was deleted in the meantime. Choose again."),
    ],
)
def test_what_can_not_be_done_is_said_beside_the_tags(
    ana: Picker, numbers: dict[str, str], fields: dict[str, str], said: str
) -> None:
    number = ana.tick("/users?limit=100", CHOSEN)
    sent = {name: numbers.get(value, value) for name, value in fields.items()}
    page = ana.post(f"/selections/{number}/tags", status=422, do="check", **sent)
    assert said in page.words


def test_a_selection_that_changed_meanwhile_starts_nothing(
    ana: Picker, numbers: dict[str, str]
) -> None:
    number = ana.tick("/users?limit=100", CHOSEN)
    path = f"/selections/{number}/tags"
    seen = mark_of(ana.post(path, status=200, do="check", add=numbers["VIP"]))
    ana.tick("/users?limit=100", ids([USERS[10].user_id]))
    page = ana.post(path, status=409, do="start", add=numbers["VIP"], seen=seen)
    assert "Your selection has changed since this page was shown." in page.words
    assert "Change the tags of 5 users?" in page.words
    assert "No jobs yet" in ana.visitor.get("/jobs").words
    ana.start(path, add=numbers["VIP"])


def test_a_tag_that_is_deleted_meanwhile_changes_nothing(
    ana: Picker, database: Database, worker: JobWorker, numbers: dict[str, str]
) -> None:
    number = ana.tick("/users?limit=100", CHOSEN)
    job = ana.start(f"/selections/{number}/tags", add=[numbers["VIP"], numbers["Late"]])
    with database.write() as connection:
        tags.remove(connection, int(numbers["VIP"]))
    worker.work()
    assert count(database, job) == Counter(refused=4)
    assert not tagged(database)
    assert "A tag was deleted in the meantime." in ana.visitor.get(f"/jobs/{job}").words


def test_a_job_that_is_stopped_changes_no_more_users(
    ana: Picker, database: Database, worker: JobWorker, numbers: dict[str, str]
) -> None:
    number = ana.tick("/users?limit=100", CHOSEN)
    job = ana.start(f"/selections/{number}/tags", add=numbers["VIP"])
    worker.turn()
    ana.visitor.post(f"/jobs/{job}/stop", {})
    worker.work()
    assert count(database, job) == Counter(done=1, not_run=3)
    assert len(tagged(database)) == 1


def test_rows_without_calls_may_be_many_and_a_page_shows_the_first_ones(
    ana: Picker, app: Flask, numbers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.extensions["services"].jobs.control, "rows_most", 3)  # JOB_ROWS
    monkeypatch.setattr(jobs, "SHOWN", 2)
    number = ana.tick("/users?limit=100", CHOSEN)
    job = ana.start(f"/selections/{number}/tags", add=numbers["VIP"])
    page = ana.visitor.get(f"/jobs/{job}")
    assert "0 of 4 rows" in page.words
    assert "2 rows are shown. The result has all of them." in page.words
    assert page.text.count('<th scope="row">') == 2
    sent = {"reason": "To check them"}
    file = ana.visitor.post(f"/jobs/{job}.csv", sent, status=200)
    assert len(file.text.splitlines()) == 5
