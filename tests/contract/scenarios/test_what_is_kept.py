"""What scenarios leave with us: users with the tag of test users, and receipts of tokens."""

import re
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from dashboard.services.actors import COMMAND_LINE, Actor
from dashboard.services.lab.scenarios.points import Scenario
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from dashboard.store.schema import grants
from dashboard.store.tags import tags
from tests.support.browsing import Visitor
from tests.support.pages import audit_log
from tests.support.pages.tokens import receipt_in
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.each_on_postgres


@pytest.fixture
def services(app: Flask) -> Services:
    return cast("Services", app.extensions["services"])


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("actor", [COMMAND_LINE, Actor(1)], ids=["command line", "page"])
def test_every_user_of_a_scenario_carries_the_tag_of_test_users(
    services: Services,
    simulator: RunningSimulator,
    database: Database,
    actor: Actor,
) -> None:
    known = {user["id"] for user in simulator.users()}
    services.lab.scenarios.run(list(Scenario), actor)
    new = {user["id"] for user in simulator.users()} - known
    with database.read() as connection:
        kept = {str(user_id) for user_id in connection.execute(tags.having("test")).scalars()}
    assert kept == new != set()
    tagged = [each.subject_id for each in audit_log.entries(database, "tags:set")]
    assert sorted(tagged) == sorted(new)


@pytest.mark.parametrize(
    ("actor", "name"),
    [(COMMAND_LINE, "The command line"), (Actor(1), "Ana Martins")],
    ids=["command line", "page"],
)
def test_a_token_of_a_scenario_has_a_receipt_and_marks_no_one(
    admin: Visitor, services: Services, database: Database, actor: Actor, name: str
) -> None:
    services.lab.scenarios.run([Scenario.FLOW, Scenario.PENDING_TOKEN], actor)
    ledger = admin.get("/tokens?kind=scenario")
    assert len(set(re.findall(r'href="/tokens/\d+"', ledger.text))) == 1  # a refused one has none
    assert name in ledger.words
    page = admin.get(receipt_in(ledger.text))
    for said in (name, "flow", "For a scenario", "No one received it."):
        assert said in page.words
    assert "Time left" not in page.words
    with database.read() as connection:
        kept = connection.execute(select(grants)).one()
    noted = audit_log.outcomes(database, "tokens:issue")
    assert kept.fingerprint in [details.get("fingerprint") for _, details in noted]
    assert kept.credential == services.credentials.active.current().id
    for path in ("/users", f"/users/{kept.user_id}"):
        assert "Token until" not in admin.get(path).words


def test_no_receipt_of_a_token_is_for_longer_than_a_token_can_live(
    services: Services, simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_rivals(broken=["token.hour"])
    services.lab.scenarios.run([Scenario.FLOW], COMMAND_LINE)
    with database.read() as connection:
        kept = connection.execute(select(grants)).one()
    assert kept.expires_at - kept.issued_at < timedelta(hours=2)


def test_it_may_exist_where_the_answer_was_lost(
    admin: Visitor, services: Services, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"path": "/auth/token", "reset": "after", "times": 1}])
    services.lab.scenarios.run([Scenario.FLOW], COMMAND_LINE)
    assert "May exist until" in admin.get(receipt_in(admin.get("/tokens").text)).words


def test_the_next_token_of_a_page_is_not_for_the_reason_of_a_scenario(
    admin: Visitor, services: Services, simulator: RunningSimulator
) -> None:
    services.lab.scenarios.run([Scenario.FLOW], Actor(1))
    user = next(user for user in simulator.users() if user["status"] == "active")
    field = re.search(
        r'<input[^>]*id="reason"[^>]*>', admin.get(f"/users/{user['id']}/tokens").text
    )
    assert field
    assert "flow" not in field[0]
