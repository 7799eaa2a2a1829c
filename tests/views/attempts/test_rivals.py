"""Two tabs, two people: one user is worked on once at a time, and nothing is done twice."""

import re
from collections.abc import Callable

import pytest

from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration, send, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.attempts.test_running import calls, under_way


@pytest.fixture
def ana(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def bruno(ana: Visitor, staff: Staff) -> Visitor:
    """A colleague of another name."""
    email, password = "bruno@example.com", "a password of Bruno's"
    staff.add(email, "Bruno Costa", password, [Role.ADMIN])
    visitor = Visitor(ana.http.application)
    visitor.log_in(email, password)
    return visitor


Users = Callable[[str], str]


@pytest.fixture
def user(simulator: RunningSimulator) -> Users:
    """Return the path of a user with this status."""
    users = {str(each["status"]): f"/users/{each['id']}" for each in simulator.users()}
    return users.__getitem__


def opened(visitor: Visitor, path: str, fields: dict[str, str]) -> dict[str, str]:
    """Open a form and fill it in; return what it would send."""
    return {**fields, "intent": intent_of(visitor.get(path))}


def value(page: Page, field: str) -> str:
    found = re.search(rf'name="{field}"[^>]* value="([^"]*)"', page.text)
    return found[1] if found else ""


@pytest.mark.on_postgres
def test_a_second_person_is_told_who_starts_kyc_and_keeps_what_they_typed(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users, database: Database
) -> None:
    path = f"{user('pending')}/kyc"
    hers, his = opened(ana, path, KYC), opened(bruno, path, {**KYC, "first_name": "Another"})
    with under_way(ana, simulator, path, hers):
        page = bruno.post(path, his, status=409)
        assert "Ana Martins has been starting KYC for this user since " in page.words
        assert "Nothing was sent, and what you typed is still here." in page.words
        assert f'href="{user("pending")}"' in page.text
        assert (value(page, "first_name"), value(page, "intent")) == ("Another", his["intent"])
        assert calls(simulator) == 1
    bruno.post(path, his)
    assert "KYC was started for this user after you opened this form." in bruno.get(path).words
    assert "KYC was started for this user after" not in bruno.get(path).words
    assert calls(simulator) == 1
    assert [outcome for outcome, _ in trail(database, "kyc:start")] == ["attempted", "succeeded"]


def test_whoever_is_at_a_user_is_told_whatever_it_is_that_they_do(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    tokens, kyc = f"{user('active')}/tokens", f"{user('active')}/kyc"
    his = {**KYC, "intent": intent_of(bruno.get(tokens))}
    with under_way(ana, simulator, tokens, opened(ana, tokens, TOKEN)):
        waiting = bruno.get(tokens)
        assert "Ana Martins has been issuing a token for this user since " in waiting.words
        assert 'name="intent"' not in waiting.text
        bruno.post(kyc, his, status=400)  # an intent is for its own action
        simulator.set_status(user("active").rpartition("/")[2], "pending")
        form = bruno.get(kyc)
        assert "Ana Martins has been issuing a token for this user since " in form.words
        page = bruno.post(kyc, {**KYC, "intent": intent_of(form)}, status=409)
        assert "Ana Martins has been issuing a token for this user since " in page.words
    assert calls(simulator) == 1


def test_a_token_that_a_colleague_issued_meanwhile_is_not_issued_again(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    path = f"{user('active')}/tokens"
    hers, his = opened(ana, path, TOKEN), opened(bruno, path, {"reason": "Another reason"})
    ana.post(path, hers, status=200)
    page = bruno.post(path, his, status=409)
    assert "Ana Martins issued a token today at " in page.words
    assert "after you opened this form. Nothing was sent now." in page.words
    assert (f'href="{path}"' in page.text, f'href="{user("active")}"' in page.text) == (True,) * 2
    assert calls(simulator) == 1
    bruno.post(path, opened(bruno, path, TOKEN), status=200)
    assert calls(simulator) == 2


def test_one_s_own_other_tab_does_not_issue_a_second_token(
    ana: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    path = f"{user('active')}/tokens"
    first, second = opened(ana, path, TOKEN), opened(ana, path, TOKEN)
    ana.post(path, first, status=200)
    ana.post(path, second, status=409)
    ana.post(path, second, status=409)
    assert calls(simulator) == 1


def test_what_was_refused_is_in_no_one_s_way(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    path = f"{user('active')}/tokens"
    hers, his = opened(ana, path, TOKEN), opened(bruno, path, TOKEN)
    simulator.set_faults([{"method": "POST", "status": 403}])
    ana.post(path, hers, status=409)
    simulator.set_faults([])
    bruno.post(path, his, status=200)


def test_a_lost_answer_counts_as_done(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    path = f"{user('active')}/tokens"
    hers, his = opened(ana, path, TOKEN), opened(bruno, path, TOKEN)
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    ana.post(path, hers, status=502)
    simulator.set_faults([])
    page = bruno.post(path, his, status=409)
    assert "Ana Martins tried to issue a token today at " in page.words
    assert "and got no response. Nothing was sent now." in page.words


@pytest.mark.on_postgres
def test_the_same_email_is_registered_once_whatever_its_letters(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator
) -> None:
    fields = registration()
    same = {**fields, "email": fields["email"].upper(), "user_type": "business"}
    hers, his = opened(ana, "/users/new", fields), opened(bruno, "/users/new", same)
    with under_way(ana, simulator, "/users", hers):
        page = bruno.post("/users", his, status=409)
        assert "Ana Martins has been registering this email since " in page.words
        assert value(page, "email") == same["email"]
        send(bruno, "/users", registration(), status=303)  # another email is another user
    page = bruno.post("/users", his, status=409)
    assert f"Ana Martins registered {same['email']} today at " in page.words
    assert "after you opened this form." in page.words
    assert re.search(r'href="/users/[0-9a-f-]{36}"', page.text)
    assert 'href="/users/new"' in page.text
    assert calls(simulator) == 2


def test_a_registration_whose_answer_was_lost_is_not_sent_from_another_tab(
    ana: Visitor, simulator: RunningSimulator
) -> None:
    fields = registration()
    first, second = (opened(ana, "/users/new", fields) for _ in range(2))
    simulator.set_faults([{"method": "POST", "reset": "after"}])
    ana.post("/users", first, status=502)
    page = ana.post("/users", second, status=409)
    assert f"Ana Martins tried to register {fields['email']} today at " in page.words
    assert f'href="/users?q={fields["email"]}"' in page.text
    assert calls(simulator) == 1


def test_the_same_privy_token_is_exchanged_once_whoever_asks_and_why(
    ana: Visitor, bruno: Visitor, simulator: RunningSimulator, user: Users
) -> None:
    path, privy = "/tokens/privy", user("active").replace("/users/", "privy-")
    first, second = (opened(ana, path, {**TOKEN, "privy_token": privy}) for _ in range(2))
    his = opened(bruno, path, {"reason": "Another reason", "privy_token": privy})
    ana.post(path, first, status=200)
    page = ana.post(path, second, status=409)
    assert "after you opened this form" in bruno.post(path, his, status=409).words
    assert 'href="/tokens"' in page.text
    assert calls(simulator) == 1
    ana.post(path, opened(ana, path, {**TOKEN, "privy_token": privy}), status=200)


@pytest.mark.long
@pytest.mark.parametrize("seconds", [-3600, 61])
def test_an_attempt_that_was_left_keeps_nobody_waiting_even_when_the_clock_is_put_back(
    ana: Visitor, simulator: RunningSimulator, user: Users, clock: TestClock, seconds: int
) -> None:
    path = f"{user('active')}/tokens"
    with under_way(ana, simulator, path, opened(ana, path, TOKEN)):
        clock.advance(seconds=seconds)
        fresh = opened(ana, path, TOKEN)
    ana.post(path, fresh, status=200)
    assert calls(simulator) == 2


@pytest.mark.long
@pytest.mark.parametrize("seconds", [-3600, 61])
def test_a_start_that_was_left_reads_as_lost_even_when_the_clock_is_put_back(
    ana: Visitor, simulator: RunningSimulator, user: Users, clock: TestClock, seconds: int
) -> None:
    path = f"{user('pending')}/kyc"
    with under_way(ana, simulator, path, opened(ana, path, KYC)):
        assert "Starting KYC" in ana.get(path).words
        clock.advance(seconds=seconds)
        assert "KYC start not confirmed" in ana.get(path).words
