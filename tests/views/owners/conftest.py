"""A user who waits, and three colleagues."""

import html
import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.owners import follow_ups
from dashboard.store.owners.owners import Owner
from dashboard.store.owners.snoozes import Snooze
from tests.support.browsing import Page, Visitor
from tests.support.clock import TestClock
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator


@dataclass
class Case:
    """A pending user that staff have seen, and the people who deal with them."""

    id: str
    ana: Visitor
    diego: Visitor
    viewer: Visitor
    database: Database
    clock: TestClock
    hired: dict[Visitor, tuple[str, str]]

    def later(self, hours: float) -> None:
        """Let hours pass; everyone logs in again."""
        self.clock.advance(hours=hours)
        for visitor, who in self.hired.items():
            visitor.log_in(*who)

    def post(self, who: Visitor, what: str, *, status: int = 303, **data: str) -> Page:
        return who.post(f"/users/{self.id}/{what}", data, status=status)

    def assign(self, who: Visitor, owner: str, *, status: int = 303, **data: str) -> Page:
        """Send the form as the person would see it now."""
        owned = self.owner()
        seen = {"seen": str(owned.staff_id) if owned else ""}
        return self.post(who, "owner", status=status, owner=owner, **{**seen, **data})

    def owner(self) -> Owner | None:
        with self.database.read() as connection:
            return follow_ups.of_user(connection, UUID(self.id))[0]

    def snooze(self) -> Snooze | None:
        with self.database.read() as connection:
            return follow_ups.of_user(connection, UUID(self.id))[1]

    def card(self, who: Visitor) -> str:
        """Return the words of the card of the user's page."""
        page = who.get(f"/users/{self.id}").text
        found = re.search(r'<section class="card" id="follow-up".*?</section>', page, re.DOTALL)
        assert found
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


@pytest.fixture
def case(
    app: Flask, hire: Hire, simulator: RunningSimulator, database: Database, clock: TestClock
) -> Case:
    hired = {}

    def come(role: Role, email: str) -> Visitor:
        visitor = Visitor(app)
        hired[visitor] = hire(role, email=email)
        visitor.log_in(*hired[visitor])
        return visitor

    user = next(user["id"] for user in simulator.users() if user["status"] == "pending")
    ana = come(Role.SUPPORT, "ana@example.org")
    diego = come(Role.KYC, "diego@example.org")
    viewer = come(Role.VIEWER, "viewer@example.org")
    ana.get(f"/users/{user}")
    return Case(user, ana, diego, viewer, database, clock, hired)
