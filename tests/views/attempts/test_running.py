"""While a call has no answer yet, pages say so, and offer no way to send another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import wait_until
from tests.support.pages.forms import KYC, TOKEN, intent_of, registration
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

SLOW_MS = 5000


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


@pytest.fixture
def pending(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "pending")


@contextmanager
def under_way(
    visitor: Visitor, simulator: RunningSimulator, path: str, fields: dict[str, str]
) -> Iterator[None]:
    """Send a form of which the API answers late, and go on meanwhile."""
    simulator.set_faults([{"method": "POST", "latency_ms": SLOW_MS}])
    data = {**fields, "csrf_token": visitor.csrf_token()}
    other = visitor.http.application.test_client()
    other._cookies = dict(visitor.http._cookies or {})  # noqa: SLF001  the same browser
    sent = Thread(target=other.post, args=(path,), kwargs={"data": data})
    sent.start()
    wait_until(lambda: calls(simulator))
    yield
    sent.join()


def calls(simulator: RunningSimulator) -> int:
    return sum(call.method == "POST" for call in simulator.requests())


@pytest.mark.on_postgres
def test_a_start_under_way_is_told_as_such_and_not_as_lost(
    admin: Visitor, simulator: RunningSimulator, pending: str
) -> None:
    user, path = f"/users/{pending}", f"/users/{pending}/kyc"
    fields = {**KYC, "intent": intent_of(admin.get(path))}
    admin.get(user)  # the first look at a page compiles it
    with under_way(admin, simulator, path, fields):
        for place in (user, path, f"{path}?again=1"):
            page = admin.get(place)
            assert "Starting KYC" in page.words
            assert "You started KYC at " in page.words
            assert "Try again" not in page.text.partition("</main>")[0]
            assert 'name="intent"' not in page.text
            assert '{"seen": "starting", "step": 1}' in page.text
        assert "You’re starting KYC" in admin.get(user).words
        same = admin.post(path, fields, status=409)
        assert "Still processing" in same.words
        assert f'href="{user}"' in same.text
    answered = admin.fragment(f"{user}?seen=starting&step=1", "follow")
    assert "Waiting for identity verification" in answered.words


@pytest.mark.on_postgres
def test_a_registration_under_way_is_told_as_such_and_not_as_lost(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    fields = {**registration(), "intent": intent_of(admin.get("/users/new"))}
    admin.get("/")  # the first look at a page compiles it
    with under_way(admin, simulator, "/users", fields):
        page = admin.get("/users/new")
        assert f"Ana Martins has been registering {fields['email']} since " in page.words
        assert "Registrations not confirmed" not in page.words
        assert "Nothing needs attention" in admin.get("/").words
        same = admin.post("/users", fields, status=409)
        assert 'href="/users/new"' in same.text
    assert fields["email"] not in admin.get("/users/new").words


@pytest.mark.on_postgres
def test_a_token_under_way_is_told_as_such_and_no_second_one_offered(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    active = next(user for user in simulator.users() if user["status"] == "active")
    path = f"/users/{active['id']}/tokens"
    fields = {**TOKEN, "intent": intent_of(admin.get(path))}
    admin.get("/")  # the first look at a page compiles it
    with under_way(admin, simulator, path, fields):
        page = admin.get(path)
        assert "Ana Martins has been issuing a token for this user since" in page.words
        assert "We’re waiting for the API." in page.words
        assert 'name="intent"' not in page.text
        assert "Nothing needs attention" in admin.get("/").words
    assert 'name="intent"' in admin.get(path).text


def test_more_lost_registrations_than_are_shown_are_counted(
    admin: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_order="oldest")  # so that one page settles nothing
    simulator.set_faults([{"method": "POST", "body": "not_json"}])
    for _ in range(7):
        fields = {**registration(), "intent": intent_of(admin.get("/users/new"))}
        admin.post("/users", fields, status=502)
    page = admin.get("/users/new")
    assert "2 more" in page.words
    assert "/audit?action=users:register&amp;outcome=unknown" in page.text


def test_another_body_leads_back_to_the_form(admin: Visitor) -> None:
    fields = {**registration(), "intent": intent_of(admin.get("/users/new"))}
    admin.post("/users", fields)
    page = admin.post("/users", {**fields, "email": "second@example.com"}, status=409)
    assert 'href="/users/new"' in page.text
