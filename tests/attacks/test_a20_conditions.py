"""T-A20: no parameter of the list from our own copy, and no text in the box, is read as SQL.

Each gets a condition that is true and one that is false, as tools that look for injections do: what
is answered must not depend on it.
"""

import re

import pytest
from werkzeug.datastructures import MultiDict

from dashboard.forms.directory import ListForm
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.attacks.test_a20_injection import address
from tests.support.browsing import Visitor
from tests.support.directory import fill, someone
from tests.support.people import LogIn
from tests.support.sampling import all_of, one_in
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres

USERS = [someone(number) for number in range(1, 31)]
PAIRS = (
    ("' OR '1'='1", "' AND '1'='2"),
    ("') OR ('1'='1", "') AND ('1'='2"),
    ('" OR "1"="1', '" AND "1"="2'),
    (" OR 1=1", " AND 1=2"),
    ("%' OR '1' LIKE '1%", "%' AND '1' LIKE '2%"),
    ("' OR 1=1 -- ", "' AND 1=2 -- "),
)
DAY = "2026-01-01"
GIVEN = {
    "q": "ana",
    "status": "pending",
    "country": "CO",
    "user_type": "business",
    "language": "es",
    "kyc": "not_started",
    "owner": "none",
    "tag": "test",
    "sort": "email",
    "limit": "20",
    "after": "x",
    "before": "x",
    **{f"{name}_from": DAY for name in ("created", "started", "active", "waiting", "closed")},
    **{f"{name}_to": DAY for name in ("created", "started", "active", "waiting", "closed")},
}
ANA = USERS[2]
TYPED = ("ana", ANA.email, str(ANA.phone), str(ANA.user_id), "inq_A1", "SUP-1", "chile")


@pytest.fixture
def support(log_in: LogIn, database: Database, simulator: RunningSimulator) -> Visitor:
    """Someone who sees everyone, in a copy that is complete."""
    assert simulator
    fill(database, USERS)
    return log_in(Role.SUPPORT)


def listed(visitor: Visitor, name: str, value: str) -> list[str]:
    answer = visitor.http.get(address("/users", {name: value}))
    assert answer.status_code == 200, (name, value)
    return re.findall(r'href="/users/([0-9a-f-]{36})\?in=', answer.text)


def test_every_parameter_of_the_list_is_tried() -> None:
    assert ListForm(MultiDict()).data.keys() == GIVEN.keys()


@pytest.mark.long
@all_of("name", GIVEN)
def test_no_parameter_of_the_list_is_read_as_a_condition(support: Visitor, name: str) -> None:
    value = GIVEN[name]
    for true, false in PAIRS:
        assert listed(support, name, value + true) == listed(support, name, value + false), true


@pytest.mark.parametrize("share", one_in(len(PAIRS), range(len(PAIRS))))
@all_of("place,typed", enumerate(TYPED))
def test_no_text_in_the_box_is_read_as_a_condition(
    support: Visitor, share: int, place: int, typed: str
) -> None:
    token = support.csrf_token()

    def found(text: str) -> list[str]:
        answer = support.http.post("/users/find", data={"csrf_token": token, "q": text})
        place = answer.headers.get("Location", "")
        if "?q=" in place:
            answer = support.http.get(place)
            assert answer.status_code == 200, text
        return re.findall(r"/users/([0-9a-f-]{36})", answer.text)

    true, false = PAIRS[(place + share) % len(PAIRS)]
    assert found(typed + true) == found(typed + false), true
