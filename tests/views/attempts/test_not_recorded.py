"""Nothing is sent that can't be recorded; the form stays as typed, and can be sent again."""

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def posts(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


@pytest.mark.parametrize("verb", ["register", "kyc", "token"])
def test_nothing_is_sent_and_nothing_typed_is_lost(
    admin: Visitor, simulator: RunningSimulator, database: Database, verb: str
) -> None:
    users = {user["status"]: f"/users/{user['id']}" for user in simulator.users()}
    form, path, fields, done = {
        "register": ("/users/new", "/users", registration(), 303),
        "kyc": (f"{users['pending']}/kyc",) * 2 + (KYC, 303),
        "token": (f"{users['active']}/tokens",) * 2 + (TOKEN, 200),
    }[verb]
    data = {**fields, "intent": intent_of(admin.get(form))}
    with database.write() as connection:
        databases.refuse(connection, "INSERT ON audit")
    page = admin.post(path, data, status=503)
    assert "database isn’t responding, so nothing was sent." in page.words
    assert page.headers["Retry-After"] == "10"
    for name in ("email", "first_name", "reason"):
        assert name not in fields or f'value="{fields[name]}"' in page.text
    assert posts(simulator) == 0
    assert intent_of(page) == data["intent"]
    with database.write() as connection:
        databases.accept(connection)
    admin.post(path, data, status=done)
    assert posts(simulator) == 1


def test_an_api_that_limits_us_says_when_to_try_again(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults([{"method": "POST", "status": 429, "retry_after_s": 7}])
    data = {**registration(), "intent": intent_of(admin.get("/users/new"))}
    page = admin.post("/users", data, status=503)
    assert page.headers["Retry-After"] == "7"
