"""The overview's recent activity: what led to something, and no log-ins or refusals of others."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.services.masking.personal import masked
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.users import sightings
from tests.support.browsing import Visitor
from tests.support.directory import facts_of
from tests.support.pages.forms import KYC, TOKEN, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


def first_user(simulator: RunningSimulator, status: str) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == status)


def activity(visitor: Visitor) -> str:
    """Return the words of the recent activity."""
    return visitor.get("/").words.split("Recent activity")[1].split("Partner API")[0]


def test_what_happened_is_told_to_each_as_far_as_they_may_see(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    pending = first_user(simulator, "pending")
    kyc = log_in(Role.KYC)
    send(kyc, f"/users/{pending['id']}/kyc", KYC, status=303)
    simulator.set_status(pending["id"], "active")
    kyc.get(f"/users/{pending['id']}")
    mine = kyc.get("/").words
    assert f"You started KYC for {pending['email']}" in mine
    assert f"{pending['email']} became active" in mine
    assert "You logged in" not in mine
    others = activity(log_in(Role.VIEWER))
    started = rf"Ana Martins · \S+ started KYC for {re.escape(masked(pending['email']))}"
    assert re.search(started, others)
    assert "logged in" not in others
    assert "logged in" not in activity(log_in(Role.AUDITOR))


def test_equal_neighbours_are_told_together_with_a_link_to_each_user(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    active = [user for user in simulator.users() if user["status"] == "active"][:3]
    issuer = log_in(Role.ISSUER)
    for user in active:
        issuer.get(f"/users/{user['id']}")
        send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=200)
    assert "You issued 3 tokens" in activity(issuer)
    page = log_in(Role.VIEWER).get("/")
    assert "issued 3 tokens" in page.words
    for user in active:
        assert f'href="/users/{user["id"]}"' in page.text


def test_what_a_colleague_was_refused_is_for_the_audit_log_only(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    user = first_user(simulator, "pending")
    kyc, admin = log_in(Role.KYC), log_in(Role.ADMIN)
    simulator.set_faults([{"method": "POST", "status": 400}])
    send(kyc, f"/users/{user['id']}/kyc", KYC, status=422)
    kyc.get("/audit", status=403)
    assert f"You tried to start KYC for {user['email']} Refused" in activity(kyc)
    assert "audit log" not in activity(kyc).lower().removesuffix("audit log")
    assert "start KYC" not in activity(admin)


def test_a_refused_attempt_is_told_as_one(log_in: LogIn, simulator: RunningSimulator) -> None:
    user = first_user(simulator, "pending")
    simulator.set_faults([{"method": "POST", "status": 400}])
    kyc = log_in(Role.KYC)
    send(kyc, f"/users/{user['id']}/kyc", KYC, status=422)
    assert activity(kyc).count("You tried to start KYC for") == 1


def test_a_stranger_s_log_in_is_not_taken_for_the_command_line(
    visitor: Visitor, log_in: LogIn
) -> None:
    admin = log_in(Role.ADMIN)
    visitor.log_in("stranger@example.com", "not the password", status=422)
    assert "The command line" not in admin.get("/audit?show=all").words
    assert "stranger" not in activity(admin)
    assert "isn’t logged in" not in activity(admin)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("active", "{} became active"),
        ("suspended", "{} was suspended"),
        ("banned", "{} was banned"),
        ("on_hold", "{} has another status: on_hold"),
    ],
)
def test_a_change_that_the_worker_saw_is_a_sentence(
    log_in: LogIn, database: Database, simulator: RunningSimulator, status: str, told: str
) -> None:
    user = facts_of(first_user(simulator, "pending"))
    with database.write() as connection:
        sightings.record(connection, [user], datetime.now(UTC) - timedelta(minutes=1))
        sightings.record(connection, [replace(user, status=status)], datetime.now(UTC))
    assert told.format(user.email) in activity(log_in(Role.KYC))


def test_changes_of_several_users_are_one_sentence(
    log_in: LogIn, database: Database, simulator: RunningSimulator
) -> None:
    users = [facts_of(user) for user in simulator.users() if user["status"] == "pending"][:3]
    with database.write() as connection:
        sightings.record(connection, users, datetime.now(UTC) - timedelta(minutes=1))
        active = [replace(user, status="active") for user in users]
        sightings.record(connection, active, datetime.now(UTC))
    assert "3 users became active" in activity(log_in(Role.KYC))
