"""An owner for all users of a selection, as one job."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.owners import owners
from dashboard.store.schema import notes
from dashboard.store.staff import members
from tests.support.pages import audit_log
from tests.support.pages.jobs import JobWorker, count
from tests.support.people import Hire
from tests.views.selections.conftest import USERS, Picker, ids

CHOSEN = ids(user.user_id for user in USERS[:4])
NOTE = "They wait for a call. They prefer the morning."


@pytest.fixture
def diego(hire: Hire) -> str:
    hire(Role.KYC, email="diego@example.org")
    hire(Role.VIEWER, email="viewer@example.org")
    return "diego@example.org"


def owned(database: Database) -> dict[str, str]:
    """Return the emails of owners by user."""
    with database.read() as connection:
        found = owners.of_users(connection, [user.user_id for user in USERS])
        return {
            str(user): members.find_by_id(connection, number).email  # type: ignore[union-attr]
            for user, number in found.items()
        }


def give(database: Database, user: str, email: str) -> None:
    with database.write() as connection:
        member = members.find(connection, email)
        assert member
        owners.assign(connection, UUID(user), member.id, datetime.now(UTC))


def test_a_hand_over_gives_each_user_the_owner_and_the_note(
    ana: Picker, database: Database, worker: JobWorker, diego: str
) -> None:
    give(database, CHOSEN[0], diego)
    number = ana.tick("/users?limit=100", CHOSEN)
    path = f"/selections/{number}/owner"
    page = ana.post(path, status=422, do="check", owner=diego)
    assert "Write a note for the new owner." in page.words
    long = ana.post(path, status=422, do="check", owner=diego, note="word " * 120)
    assert "Use at most 500 characters." in long.words
    asked = ana.post(path, status=200, do="check", owner=diego, note=NOTE)
    assert "Hand 4 users over to " in asked.words
    assert NOTE in asked.words
    job = ana.start(path, owner=diego, note=NOTE)
    worker.work()
    assert owned(database) == dict.fromkeys(CHOSEN, diego)
    assert count(database, job) == Counter(done=3, already=1)
    with database.read() as connection:
        noted = connection.execute(notes.select()).all()
    assert {str(row.user_id) for row in noted} == set(CHOSEN[1:])
    assert {row.body for row in noted} == {NOTE}
    actions = [row.action for row in audit_log.entries(database, "owners:%")]
    assert actions == ["owners:assign"] * 3


def test_a_user_whose_owner_changes_meanwhile_is_left_to_them(
    ana: Picker, database: Database, worker: JobWorker, diego: str
) -> None:
    number = ana.tick("/kyc?limit=100", ids([USERS[1].user_id, USERS[7].user_id]))
    job = ana.start(f"/selections/{number}/owner", owner="me")
    give(database, str(USERS[1].user_id), diego)
    worker.work()
    assert count(database, job) == Counter(done=1, refused=1)
    assert owned(database)[str(USERS[1].user_id)] == diego
    words = ana.visitor.get(f"/jobs/{job}").words
    assert "Another staff member changed the owner first. Nothing was changed." in words
    assert "Set the owner of 2 users" in words


def test_users_are_left_without_an_owner(
    ana: Picker, database: Database, worker: JobWorker, diego: str
) -> None:
    give(database, CHOSEN[0], diego)
    number = ana.tick("/users?limit=100", CHOSEN)
    job = ana.start(f"/selections/{number}/owner", owner="none")
    worker.work()
    assert owned(database) == {}
    assert count(database, job) == Counter(done=1, already=3)


@pytest.mark.parametrize("owner", ["", "viewer@example.org", "no-one@example.org"])
@pytest.mark.usefixtures("diego")
def test_only_who_may_write_notes_can_own(ana: Picker, owner: str) -> None:
    number = ana.tick("/users?limit=100", CHOSEN)
    path = f"/selections/{number}/owner"
    page = ana.post(path, status=422, do="check", owner=owner, note=NOTE)
    assert "Choose a" in page.words
    assert NOTE in page.words


def test_a_row_that_a_worker_left_is_done_once(
    ana: Picker, database: Database, worker: JobWorker, diego: str
) -> None:
    number = ana.tick("/users?limit=100", CHOSEN[:1])
    job = ana.start(f"/selections/{number}/owner", owner=diego, note=NOTE)
    runner = worker.services.jobs.runner
    taken = runner._take()  # noqa: SLF001  the worker dies before it keeps the outcome
    runner._perform(taken)  # type: ignore[arg-type]  # noqa: SLF001
    worker.clock.advance(seconds=90)
    worker.work()
    assert count(database, job) == Counter(already=1)
    with database.read() as connection:
        assert len(connection.execute(notes.select()).all()) == 1
