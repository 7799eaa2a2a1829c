"""Hourly budgets of one person: refused beyond, recorded once, and shown."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import Config
from dashboard.services.permissions import Role
from dashboard.services.users.openings import POLLS
from dashboard.store.db.database import Database
from tests.support.browsing import HTMX, Visitor
from tests.support.clock import TestClock
from tests.support.pages import audit_log
from tests.support.pages.forms import trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

REVEALS, VIEWS = 3, 6
FOLLOW = {**HTMX, "HX-Target": "follow", "HX-Trigger": "follow"}


@pytest.fixture
def settings(tmp_path: Path, simulator: RunningSimulator) -> dict[str, str]:
    budgets = {"REVEALS_PER_HOUR": str(REVEALS), "USER_VIEWS_PER_HOUR": str(VIEWS)}
    budgets["SESSION_IDLE_MIN"] = "120"
    return {**safe_settings(tmp_path, simulator), **budgets}


@pytest.fixture
def viewer(log_in: LogIn) -> Visitor:
    return log_in(Role.VIEWER)


@pytest.fixture
def paths(simulator: RunningSimulator) -> list[str]:
    return [f"/users/{user['id']}" for user in simulator.users()]


def asked(simulator: RunningSimulator) -> int:
    return sum("/users/" in call.path for call in simulator.requests())


def test_reveals_have_a_budget_that_is_named_recorded_once_and_told_to_admins(
    viewer: Visitor,
    log_in: LogIn,
    paths: list[str],
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
) -> None:
    admin = log_in(Role.ADMIN)
    for path in paths[:REVEALS]:
        viewer.post(f"{path}/reveal", status=200)
    assert "Hourly limit" not in viewer.get(paths[0]).words
    assert "reached the hourly limit" not in admin.get("/").words
    simulator.clear_requests()
    for path in paths[REVEALS : REVEALS + 4]:
        page = viewer.post(f"{path}/reveal", status=429)
    assert f"viewed the contact details of {REVEALS} users within an hour" in page.words
    assert f'href="{paths[REVEALS + 3]}">View user' in page.text
    assert int(page.headers["Retry-After"]) > 3000
    assert asked(simulator) == 0
    assert trail(database, "pii:reveal").count(("rejected", None)) == 1
    assert f"for viewing contact details ({REVEALS} users)" in admin.get("/").words
    assert "reached the hourly limit" not in viewer.get("/").words
    clock.advance(minutes=61)
    viewer.post(f"{paths[9]}/reveal", status=200)
    assert "reached the hourly limit" not in log_in(Role.ADMIN).get("/").words


@pytest.mark.on_postgres
def test_reveals_at_the_same_time_are_counted_one_by_one(
    viewer: Visitor, app: Flask, config: Config, clock: TestClock, paths: list[str]
) -> None:
    viewer.get("/account")
    cookies, token = viewer.cookies(), viewer.csrf_token()
    workers = [app, create_app(config, clock)]

    def reveal(number: int) -> int:
        browser = workers[number % 2].test_client()
        for name, value in cookies.items():
            browser.set_cookie(name, value, secure=True)
        sent = {"csrf_token": token}
        return browser.post(f"{paths[number]}/reveal", data=sent).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(reveal, range(6)))
    assert answers == [200] * REVEALS + [429] * (6 - REVEALS)


def test_a_made_up_user_leaves_no_row(viewer: Visitor, database: Database) -> None:
    for _ in range(3):
        viewer.post(f"/users/{uuid4()}/reveal", status=404)
    assert trail(database, "pii:reveal") == []


def test_one_reveals_what_another_has_spent(
    viewer: Visitor, log_in: LogIn, paths: list[str]
) -> None:
    for path in paths[: REVEALS + 1]:
        viewer.http.post(f"{path}/reveal", data={"csrf_token": viewer.csrf_token()})
    log_in(Role.AUDITOR).post(f"{paths[0]}/reveal", status=200)


def test_opening_one_user_after_the_other_has_a_budget(
    log_in: LogIn,
    paths: list[str],
    simulator: RunningSimulator,
    database: Database,
    clock: TestClock,
) -> None:
    kyc, admin = log_in(Role.KYC), log_in(Role.ADMIN)
    for path in paths[:VIEWS]:
        kyc.get(path)
    simulator.clear_requests()
    page = kyc.get(paths[VIEWS], status=429)
    assert f"You’ve opened {VIEWS} users within an hour" in page.words
    kyc.get(f"{paths[VIEWS]}/kyc", status=429)
    assert kyc.http.get(f"/users/{uuid4()}").status_code == 429
    assert kyc.http.get(paths[VIEWS + 1], headers=FOLLOW).status_code == 429
    assert asked(simulator) == 0
    assert trail(database, "users:read") == [("rejected", None)]
    assert f"reached the hourly limit for opening users ({VIEWS})" in admin.get("/").words
    clock.advance(minutes=61)
    log_in(Role.KYC).get(paths[VIEWS])


def test_a_page_that_follows_a_user_is_one_opening(
    viewer: Visitor, paths: list[str], simulator: RunningSimulator
) -> None:
    viewer.get(paths[0])
    for _ in range(3 * VIEWS):
        assert viewer.http.get(paths[0], headers=FOLLOW).status_code == 200
    for path in paths[1:VIEWS]:
        viewer.get(path)
    assert viewer.http.get(paths[0], headers=FOLLOW).status_code == 200
    viewer.get(paths[0], status=429)
    assert asked(simulator) == 3 * VIEWS + VIEWS + 1


def test_saying_that_a_page_follows_opens_no_further_users(
    viewer: Visitor, paths: list[str], simulator: RunningSimulator
) -> None:
    answers = [viewer.http.get(path, headers=FOLLOW).status_code for path in paths[: 2 * VIEWS]]
    assert answers == [200] * VIEWS + [429] * VIEWS
    assert asked(simulator) == VIEWS


def test_polling_without_end_is_more_than_one_opening(viewer: Visitor, paths: list[str]) -> None:
    for _ in range(POLLS + 1):
        assert viewer.http.get(paths[0], headers=FOLLOW).status_code == 200
    for path in paths[1 : VIEWS - 1]:
        viewer.get(path)
    viewer.get(paths[0], status=429)


def test_while_nothing_can_be_counted_users_are_shown_all_the_same(
    viewer: Visitor, paths: list[str], database: Database
) -> None:
    viewer.get(paths[0])
    with database.write():
        for path in paths[: VIEWS + 1]:
            assert viewer.http.get(path).status_code == 200


def test_changes_of_a_name_have_a_budget_and_what_was_typed_stays(
    viewer: Visitor, database: Database
) -> None:
    chosen = {"language": "", "time_zone": "", "theme": ""}
    for number in range(20):
        viewer.post("/account", {**chosen, "name": f"Name {number}"})
    page = viewer.post("/account", {**chosen, "name": "The name they typed"}, status=429)
    assert "You’ve changed your account 20 times within an hour" in page.words
    back = page.text.split('<a class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    assert 'value="The name they typed"' in viewer.get(back).text
    for _ in range(20):
        viewer.post("/account", {**chosen, "name": "Another"}, status=429)
    rows = trail(database, "account:change")
    assert (rows.count(("succeeded", None)), rows.count(("rejected", None))) == (20, 1)


def test_refusals_of_one_person_are_counted_together_beyond_twenty(
    viewer: Visitor, log_in: LogIn, database: Database, clock: TestClock
) -> None:
    admin = log_in(Role.ADMIN)
    for _ in range(60):
        page = viewer.get(f"/users/{uuid4()}/tokens", status=403)
    assert "Further attempts this hour are counted together" in page.words
    assert len(trail(database, "tokens:issue")) == 20
    assert "40 refusals and log-ins aren’t in the audit log yet" in admin.get("/").words
    clock.advance(minutes=61)
    log_in(Role.VIEWER)
    rows = audit_log.entries(database, "tokens:issue")
    assert len(rows) == 21
    told = json.loads(rows[-1].details)
    assert (told["count"], told["cause"], rows[-1].actor_name) == (40, "role", "Ana Martins")
    assert "in the audit log yet" not in log_in(Role.ADMIN).get("/").words
