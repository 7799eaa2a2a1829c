"""Personal data on every route, for those who see it masked, whatever the API answers."""

from uuid import UUID, uuid4

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support import walking
from tests.support.browsing import Visitor
from tests.support.canaries import text_of
from tests.support.pages.forms import TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import MASKED_PARTS, UNSAFE, in_parts

NAME, HOST, PHONE = "canary.fernandez", "canary-bank", "+573001234567"
EMAIL = f"{NAME}@{HOST}.example"


@pytest.fixture
def known(simulator: RunningSimulator, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A user who is named in every text that people can write, and that a walk visits."""
    first = simulator.users()[0]
    known = {**first, "id": str(uuid4()), "status": "active", "email": EMAIL, "phone": PHONE}
    simulator.add_user(known)
    path, admin = f"/users/{known['id']}", log_in(Role.ADMIN)
    why = {"reason": f"Asked by {EMAIL}, {PHONE}", "ticket": EMAIL}
    send(admin, f"{path}/tokens", {**TOKEN, **why}, status=200)
    admin.post("/audit/export", {"reason": f"For {EMAIL}", "format": "csv"}, status=200)
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    send(admin, "/users", registration(email=EMAIL, anyway=EMAIL), status=502)
    simulator.set_faults([])
    monkeypatch.setitem(walking.NAMED, "user_id", str(known["id"]))
    return UUID(str(known["id"]))


def leaks(text: str) -> bool:
    return any(part in text for part in (NAME, PHONE, PHONE[1:8]))


@pytest.mark.long
@pytest.mark.parametrize(("role", "faults", "parts"), MASKED_PARTS)
def test_no_route_shows_an_email_or_a_phone_number_but_the_one_that_reveals(
    app: Flask,
    log_in: LogIn,
    simulator: RunningSimulator,
    known: UUID,
    role: Role,
    faults: list[dict[str, object]],
    parts: slice,
) -> None:
    reader: Visitor = log_in(role)
    reader.get(f"/users/{known}")  # last-known facts are shown while the API is down
    simulator.set_faults(faults)
    sent = {"csrf_token": reader.csrf_token(), "reason": "Asked for", "format": "csv"}
    shown = set()
    for step, headers in in_parts(app, parts):
        data = sent if step.method in UNSAFE else None
        answer = reader.http.open(step.path, method=step.method, data=data, headers=headers)
        if leaks(text_of(answer) + str(answer.headers)):
            shown.add(step.endpoint)
    assert shown == {"reveal.show"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR])
def test_every_line_of_the_audit_hides_them_too(log_in: LogIn, known: UUID, role: Role) -> None:
    reader = log_in(role)
    assert known
    for seq in range(1, 12):
        assert not leaks(reader.http.get(f"/audit/{seq}").text)
