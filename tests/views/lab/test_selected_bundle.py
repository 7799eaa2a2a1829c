"""The bundle of a selection: its test users with links and requests, for a reason, recorded."""

import json

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import exported_users
from tests.support.browsing import Visitor
from tests.support.directory import fill, someone
from tests.support.pages import audit_log
from tests.support.pages.forms import trail
from tests.support.pages.jobs import JobWorker
from tests.support.pages.lab import start, users_of
from tests.support.people import LogIn
from tests.views.selections.conftest import Picker, ids, mark_of

pytestmark = pytest.mark.on_postgres
REASON = "Asked for by the integration team"
OTHER = someone(1)


@pytest.fixture
def picker(onboarding: Visitor, worker: JobWorker, database: Database) -> Picker:
    """Someone who has selected a test user of each of two runs, and a user of no run."""
    runs = [start(onboarding, goal) for goal in ("kyc_started", "registered")]
    worker.work()
    fill(database, [OTHER])
    picker = Picker(onboarding)
    users = [user for run in runs for user in users_of(database, run)]
    picker.tick("/users?limit=100", ids([*users, OTHER.user_id]))
    return picker


def test_the_file_has_the_test_users_of_any_run_and_no_one_else(
    picker: Picker, database: Database
) -> None:
    path = f"/selections/{picker.number()}/bundle"
    page = picker.visitor.get(path)
    assert "Export 2 test users" in page.words
    assert "1 selected user is left out, because the lab didn’t create them." in page.words
    sent = {"seen": mark_of(page), "reason": REASON, "csrf_token": picker.visitor.csrf_token()}
    answer = picker.visitor.http.post(path, data=sent)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=test-users-")
    users = json.loads(answer.text)["users"]
    made = {str(user) for run in (1, 2) for user in users_of(database, run)}
    assert {each["user_id"] for each in users} == made
    assert [len(each["requests"]) for each in users] == [2, 1]
    assert ["inq_" in (each["verification_url"] or "") for each in users] == [True, False]
    (entry,) = audit_log.entries(database, "lab:export")
    assert (entry.reason, json.loads(entry.details)["rows"]) == (REASON, 2)
    with database.read() as connection:
        held = {str(row.user_id) for row in connection.execute(exported_users.select())}
    assert held == made


def test_nothing_leaves_without_a_reason_or_for_another_selection(
    picker: Picker, database: Database
) -> None:
    path = f"/selections/{picker.number()}/bundle"
    seen = mark_of(picker.visitor.get(path))
    page = picker.post(path, status=422, seen=seen, reason="")
    assert "Enter who needs the file, and why." in page.words
    picker.send("/users?limit=100", "keep", ids([OTHER.user_id]))
    page = picker.post(path, status=409, seen=seen, reason=REASON)
    assert "Your selection has changed since this page was shown." in page.words
    assert "Download bundle" not in page.words
    assert trail(database, "lab:export") == []


def test_users_of_no_run_have_no_bundle_and_the_page_says_where_to_go(picker: Picker) -> None:
    picker.send("/users?limit=100", "clear", ())
    picker.tick("/users?limit=100", ids([OTHER.user_id]))
    page = picker.visitor.get(f"/selections/{picker.number()}/bundle")
    assert "The lab created none of these users" in page.words
    assert "Download bundle" not in page.words
    assert 'class="btn" href="/lab"' in page.text
    assert "Export links" not in page.words  # needs another role


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.KYC, Role.VIEWER])
def test_only_who_may_use_the_lab_exports_its_users(log_in: LogIn, role: Role) -> None:
    visitor = log_in(role)
    visitor.get("/selections/1/bundle", status=403)
    visitor.post("/selections/1/bundle", {"reason": REASON}, status=403)


def test_another_s_selection_is_not_found(picker: Picker, log_in: LogIn) -> None:
    path = f"/selections/{picker.number()}/bundle"
    log_in(Role.ADMIN).get(path, status=404)
