"""Stored values that no longer parse: only `columns.read_back` reads them."""

import ast
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import audit, metadata, staff_roles
from tests.rules.code.test_house import sources
from tests.support import walking
from tests.support.browsing import HTMX, Visitor
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.pages.jobs import start, table
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

RETIRED = "retired"
CHOSEN = {  # every column that holds one value of a set
    "staff": ("language", "time_zone", "theme"),
    "staff_links": ("kind",),
    "sessions": ("method",),
    "inquiries": ("state", "source"),
    "grants": ("state",),
    "registrations": ("state", "user_type", "country_code"),
    "sightings": ("status", "country_code", "preferred_language"),
    "api_pairs": ("proof",),
    "api_switch": ("alarm",),
    "breakers": ("result",),
    "observations": ("value",),
    "sweeps": ("result", "phase"),
    "sweep_problems": ("kind",),
    "look_throughs": ("result",),
    "jobs": ("kind", "state"),
    "lab_reports": ("state",),
    "job_rows": ("state", "detail"),
    "lab_steps": ("kind", "outcome"),
}
READ_BACK = {
    *("Proof", "Alarm", "GrantState", "RegistrationState", "InquiryState", "InquirySource"),
    *("LinkKind", "Outcome", "Method", "CallResult", "ListPaging"),
    *("Result", "Phase", "LookState", "JobKind", "JobState", "RowState", "StepKind", "StepOutcome"),
    "ReportState",
}


@pytest.fixture
def known(simulator: RunningSimulator, log_in_admin: Visitor) -> UUID:
    """A user with a row in every table."""
    pending = next(user for user in simulator.users() if user["status"] == "pending")
    active = next(user for user in simulator.users() if user["status"] == "active")
    admin = log_in_admin
    send(admin, f"/users/{pending['id']}/kyc", KYC, status=303)
    send(admin, f"/users/{active['id']}/tokens", TOKEN, status=200)
    send(admin, "/users", registration(), status=303)
    admin.post("/settings/directory/start", {}, status=303)
    admin.post("/users/look-through", {"q": "someone"}, status=303)
    start(admin, table(["many@example.com"]))
    admin.post("/staff", {"email": "b@example.com", "name": "B", "roles": "viewer"}, status=200)
    return UUID(str(pending["id"]))


@pytest.fixture
def log_in_admin(app: Flask, hire: Hire) -> Visitor:
    admin = Visitor(app)
    admin.log_in(*hire(Role.ADMIN))
    return admin


def retire(database: Database, known: UUID) -> None:
    """Make all these values ones that this version does not know."""
    with database.write() as connection:
        for table, names in CHOSEN.items():
            values = dict.fromkeys(names, RETIRED)
            connection.execute(update(metadata.tables[table]).values(values))
        connection.execute(insert(staff_roles).values(staff_id=1, role=RETIRED))
        newest = select(audit).order_by(audit.c.seq.desc()).limit(1)
        row = dict(connection.execute(newest).one()._mapping)  # noqa: SLF001  public by documentation
        about = {"subject_kind": "user", "subject_id": str(known), "attempt_seq": None}
        odd = {"outcome": RETIRED, "action": RETIRED, "details": "{not JSON", "mac": "odd"}
        connection.execute(insert(audit).values({**row, **about, **odd, "seq": row["seq"] + 1}))


def test_every_page_opens_though_no_stored_choice_exists_any_more(
    app: Flask,
    database: Database,
    simulator: RunningSimulator,
    log_in_admin: Visitor,
    known: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(walking.NAMED, "user_id", known)
    simulator.set_faults([{"status": 503, "times": 3}])
    for _ in range(3):  # a breaker, and what was seen of the API
        log_in_admin.http.get("/users")
    retire(database, known)
    broken = set()
    for step in walk(app):
        if step.method in UNSAFE:
            continue
        for headers in ({}, HTMX):
            answer = log_in_admin.http.get(step.path, headers=headers)
            if answer.status_code == 500:
                broken.add(step.endpoint)
    assert not broken


def test_no_stored_choice_is_read_back_in_another_way() -> None:
    direct = [
        f"{path.name}: {ast.unparse(node)}"
        for path in sources("dashboard")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in READ_BACK
        and isinstance(node.args[0] if node.args else None, ast.Attribute | ast.Name)
    ]
    assert not direct
