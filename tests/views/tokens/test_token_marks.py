"""Lists and a user's page show if someone has a token of the user, and until when."""

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.rules.test_statements import counted
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.directory import facts_of, fill
from tests.support.pages.forms import TOKEN, send
from tests.support.pages.tokens import add_look
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

MARK = "Token until"


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER)


@pytest.fixture
def user(simulator: RunningSimulator) -> dict[str, str]:
    return next(user for user in simulator.users() if user["status"] == "active")


@pytest.fixture
def filled(simulator: RunningSimulator, database: Database) -> None:
    fill(database, [facts_of(each) for each in simulator.users()])


def issue(issuer: Visitor, user: dict[str, str], status: int = 200) -> None:
    send(issuer, f"/users/{user['id']}/tokens", TOKEN, status=status)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPPORT, Role.ISSUER])
@pytest.mark.parametrize("place", ["our copy", "the API's list"])
def test_a_list_marks_only_users_with_one_until_it_expires(
    request: pytest.FixtureRequest, log_in: LogIn, user: dict[str, str], role: Role, place: str
) -> None:
    issuer, reader = log_in(Role.ISSUER), log_in(role)
    clock: TestClock = request.getfixturevalue("clock")
    if place == "our copy":
        request.getfixturevalue("filled")
    assert MARK not in reader.get("/users").words
    issue(issuer, user)
    page = reader.get("/users")
    assert page.words.count(MARK) == 1
    row = page.text.partition(f"/users/{user['id']}")[2].partition("</tr>")[0]
    assert MARK in row
    for minutes in (30, 31):
        clock.advance(minutes=minutes)
        reader.get("/tokens")
    assert MARK not in reader.get("/users").words


@all_of("path", ["/users", "/users?sort=email", "/users?status=active", "/users?q={email}", "/kyc"])
@pytest.mark.usefixtures("filled")
def test_a_mark_costs_no_statement(issuer: Visitor, user: dict[str, str], path: str) -> None:
    whole = path.format(email=user["email"][:4])
    reads = []
    for is_issued in (False, True):
        if is_issued:
            issue(issuer, user)
        with counted() as statements:
            issuer.http.get(whole, buffered=True)
        of_users = [each for each in statements if "FROM directory" in each or "grants" in each]
        reads.append(len(of_users))
    assert reads[0] == reads[1]


def test_the_page_of_a_user_marks_it_too(
    issuer: Visitor, user: dict[str, str], clock: TestClock
) -> None:
    path = f"/users/{user['id']}"
    assert MARK not in issuer.get(path).words
    issue(issuer, user)
    assert MARK in issuer.get(path).words
    assert MARK in issuer.fragment(path, "user").words
    for minutes in (30, 31):
        clock.advance(minutes=minutes)
        issuer.get("/tokens")
    assert MARK not in issuer.get(path).words


@pytest.mark.usefixtures("filled")
def test_a_lost_answer_and_a_look_give_no_one_a_token(
    issuer: Visitor, user: dict[str, str], simulator: RunningSimulator, database: Database
) -> None:
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    issue(issuer, user, status=502)
    add_look(database)
    for path in ("/users", f"/users/{user['id']}"):
        assert MARK not in issuer.get(path).words
    assert "May exist until" in issuer.get(f"/users/{user['id']}").words
