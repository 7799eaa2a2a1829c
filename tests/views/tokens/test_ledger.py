"""The ledger of tokens, by staff member, user, kind and state."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import grants
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import send
from tests.support.pages.tokens import add_look
from tests.support.people import LogIn
from tests.support.sampling import all_of
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def users(simulator: RunningSimulator) -> list[dict[str, str]]:
    return [user for user in simulator.users() if user["status"] == "active"][:2]


@pytest.fixture
def ledger(
    log_in: LogIn, users: list[dict[str, str]], database: Database, clock: TestClock
) -> Visitor:
    """A ledger: one issuer's expired token, then another's Privy token, look and token."""
    first, second = log_in(Role.ISSUER), log_in(Role.ADMIN)
    send(first, f"/users/{users[0]['id']}/tokens", {"reason": "Expired, first"}, status=200)
    with database.write() as connection:
        connection.execute(grants.update().values(expires_at=clock()))
    privy = {"reason": "Exchanged, first", "privy_token": f"privy-{users[0]['id']}"}
    send(first, "/tokens/privy", privy, status=200)
    send(second, f"/users/{users[1]['id']}/tokens", {"reason": "Issued, second"}, status=200)
    add_look(database)
    return second


def reasons(page: Page) -> list[str]:
    """Return the reasons and kinds of a page, in its order."""
    rows = re.findall(r"<tr[^>]*>(?:(?!</tr>).)*</tr>", page.markup)
    named = [(row, re.search("|".join(ALL[1:]), row)) for row in rows]
    return [
        "Account view" if ">Account view<" in row else reason[0] for row, reason in named if reason
    ]


ALL = ["Account view", "Issued, second", "Exchanged, first", "Expired, first"]


@all_of(
    "query,shown",
    [
        ("", ALL),
        ("view=active", ALL[:3]),
        ("view=expired", ALL[3:]),
        ("kind=look", ALL[:1]),
        ("kind=privy", ALL[2:3]),
        ("kind=issue", [ALL[1], ALL[3]]),
        ("kind=issue&view=expired", ALL[3:]),
        ("user={0}", ALL[2:]),
        ("user={1}", ALL[:2]),
        ("user={0}&kind=look", []),
        ("user=00000000-0000-4000-8000-000000000001", []),
        ("user=no.one%40example.com", []),
    ],
)
def test_it_is_filtered_by_user_kind_and_state(
    ledger: Visitor, users: list[dict[str, str]], query: str, shown: list[str]
) -> None:
    for named in ("id", "email"):
        path = f"/tokens?{query.format(*(each[named] for each in users))}"
        assert reasons(ledger.get(path)) == shown, path
        assert reasons(ledger.fragment(path, "ledger")) == shown, path


def test_it_is_filtered_by_who_issued(ledger: Visitor) -> None:
    page = ledger.get("/tokens")
    assert '<option value="scenario">' in page.text
    staff = dict(re.findall(r'<option dir="auto" value="(\d+)">([^<]+)</option>', page.text))
    assert len(staff) == 2
    shown = [reasons(ledger.get(f"/tokens?staff={number}")) for number in staff]
    assert sorted(shown) == sorted([ALL[:2], ALL[2:]])
    assert "No tokens match" in ledger.get("/tokens?staff=999").words


def test_a_filter_that_cannot_be_used_is_named_and_not_shown_again(ledger: Visitor) -> None:
    secret = "a-text-that-names-no-user"
    page = ledger.get(f"/tokens?user={secret}&kind=x&staff=-1&view=all")
    assert reasons(page) == ALL
    assert "We can’t use these parts of the address: kind, staff, user, view." in page.words
    assert secret not in page.text


def test_a_page_goes_on_by_key_within_its_filters(
    log_in: LogIn, users: list[dict[str, str]]
) -> None:
    issuer = log_in(Role.ISSUER)
    path = f"/users/{users[0]['id']}/tokens"
    for number in range(51):
        send(issuer, path, {"reason": f"Number {number:02}"}, status=200)
    send(issuer, f"/users/{users[1]['id']}/tokens", {"reason": "Of someone else"}, status=200)
    first = issuer.get(f"/tokens?user={users[0]['id']}&view=active")
    older = re.search(r'<a href="([^"]+)"[^>]* rel="next"', first.markup)
    assert older
    assert f"user={users[0]['id']}" in older[1]
    assert "view=active" in older[1]
    wanted = older[1].replace("&amp;", "&")
    for page in (issuer.get(wanted), issuer.fragment(wanted, "ledger")):
        assert "Number 00" in page.words
        assert "Number 01" not in page.words
        assert "Newest" in page.words


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_a_masked_role_finds_by_whole_values_only(
    log_in: LogIn, ledger: Visitor, users: list[dict[str, str]], role: Role
) -> None:
    assert ledger
    reader, email = log_in(role), users[1]["email"]
    assert reasons(reader.get(f"/tokens?user={email}")) == ALL[:2]
    assert reasons(reader.get(f"/tokens?user={email[:-1]}")) == []
    assert users[0]["email"] not in reader.get(f"/tokens?user={email}").text
