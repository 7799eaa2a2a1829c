"""Registrations whose answer gets lost, and their audit entries."""

import re
from datetime import datetime

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.db.database import Database
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.pages.forms import intent_of, registration, trail
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

ACTION = "users:register"
HAPPENED = {"method": "POST", "reset": "after", "times": 1}
DID_NOT = {"method": "POST", "reset": "before", "times": 1}
DONE, REFUSED = ["attempted", "unknown", "succeeded"], ["attempted", "unknown", "rejected"]


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING, Role.AUDITOR)


@pytest.fixture
def services(app: Flask) -> Services:
    found: Services = app.extensions["services"]
    return found


def lose(
    visitor: Visitor, simulator: RunningSimulator, fault: dict[str, object], **changed: str
) -> tuple[str, int]:
    """Register a user and lose the answer; return email and attempt."""
    fields = registration(**changed)
    page = visitor.get("/users/new")
    simulator.set_faults([fault])
    lost = visitor.post("/users", {**fields, "intent": intent_of(page)}, status=502)
    simulator.set_faults([])
    found = re.search(r'action="/users/registrations/(\d+)/check"', lost.text)
    assert found
    simulator.clear_requests()
    return fields["email"], int(found[1])


def outcomes(database: Database) -> list[str]:
    return [outcome for outcome, _ in trail(database, ACTION)]


def press(visitor: Visitor, seq: int, back: str = "/users/new") -> Page:
    answer = visitor.post(f"/users/registrations/{seq}/check", {"back": back})
    assert answer.headers["Location"] == back
    return visitor.get(back)


def last_row(database: Database) -> tuple[int | None, str | None, str]:
    row = audit_log.entries(database, ACTION)[-1]
    return row.staff_id, row.subject_id, row.details


def id_of(simulator: RunningSimulator, email: str) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["email"] == email)


def user(email: str, created_at: datetime | None) -> dict[str, object]:
    return {
        "id": "0d9e3b6a-4f0c-4a3e-9d54-2f6f7f1f0a11",
        "email": email,
        "status": "pending",
        "createdAt": created_at.isoformat() if created_at else None,
    }
