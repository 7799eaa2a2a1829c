"""Ticket numbers as links, where TICKET_URL says where tickets are."""

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.pages.forms import TOKEN, send
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator

pytestmark = pytest.mark.on_postgres
URL = "https://tickets.example.com/browse/{ticket}?from=dashboard"


@pytest.fixture
def visitor(settings: dict[str, str], database: Database) -> Visitor:
    assert database
    return Visitor(create_app(load_config(None, **settings, TICKET_URL=URL)))


def issue(visitor: Visitor, simulator: RunningSimulator, ticket: str) -> str:
    active = next(user for user in simulator.users() if user["status"] == "active")
    path = f"/users/{active['id']}"
    send(visitor, f"{path}/tokens", {**TOKEN, "ticket": ticket}, status=200)
    return path


@pytest.mark.parametrize(
    ("ticket", "written"),
    [("SUP-1", "SUP-1"), ("a/b?c#d&e", "a%2Fb%3Fc%23d%26e"), ("Größe 1", "Gr%C3%B6%C3%9Fe%201")],
)
def test_a_ticket_is_a_link_wherever_it_is_shown(
    visitor: Visitor, hire: Hire, simulator: RunningSimulator, ticket: str, written: str
) -> None:
    visitor.log_in(*hire(Role.ADMIN))
    path = issue(visitor, simulator, ticket)
    link = f'href="https://tickets.example.com/browse/{written}?from=dashboard" rel="noreferrer"'
    for place in ("/audit", "/audit/3", "/tokens", path):
        assert link in visitor.get(place).markup, place
    timeline = visitor.fragment(path, "timeline")
    assert timeline.markup.count(link) == 1


@pytest.mark.parametrize("ticket", ["..", "."])
def test_dots_alone_are_no_link(
    visitor: Visitor, hire: Hire, simulator: RunningSimulator, ticket: str
) -> None:
    visitor.log_in(*hire(Role.ADMIN))
    issue(visitor, simulator, ticket)
    assert "tickets.example.com" not in visitor.get("/audit").markup


def test_a_ticket_that_is_masked_is_no_link(
    visitor: Visitor, hire: Hire, simulator: RunningSimulator
) -> None:
    visitor.log_in(*hire(Role.ADMIN))
    issue(visitor, simulator, "ana@canary-bank.example")
    auditor = Visitor(visitor.http.application)
    auditor.log_in(*hire(Role.AUDITOR))
    assert "canary-bank" in visitor.get("/audit").markup
    for place in ("/audit", "/audit/3", "/tokens"):
        assert "canary-bank" not in auditor.get(place).text
        assert "tickets.example.com" not in auditor.get(place).markup


def test_without_the_setting_a_ticket_is_text(
    settings: dict[str, str], database: Database, hire: Hire, simulator: RunningSimulator
) -> None:
    assert database
    visitor = Visitor(create_app(load_config(None, **settings)))
    visitor.log_in(*hire(Role.ADMIN))
    path = issue(visitor, simulator, "SUP-1")
    for place in ("/audit", "/tokens", path):
        page = visitor.get(place)
        assert "SUP-1" in page.words
        assert 'rel="noreferrer"' not in page.markup
