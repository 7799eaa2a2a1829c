"""T-A11: an id that leads elsewhere never leaves the dashboard."""

import re
from uuid import uuid4

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import HTMX
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

SOMEBODY = str(uuid4())
IDS = [
    "../auth/token",
    "..%2fauth%2ftoken",
    "%2e%2e%2fauth%2ftoken",
    "..%252fauth%252ftoken",
    "..;/auth/token",
    "..\\auth\\token",
    "..%5cauth%5ctoken",
    "....//auth/token",
    "%c0%ae%c0%ae/auth/token",
    "\uff0fauth\uff0ftoken",
    f"{SOMEBODY}/../../auth/token",
    f"{SOMEBODY}%2f..%2f..%2fauth%2ftoken",
    f"{SOMEBODY}?x=1",
    f"{SOMEBODY}%3fx=1",
    f"{SOMEBODY}%23x",
    f"{SOMEBODY};x=1",
    f"{SOMEBODY}%00",
    f"{SOMEBODY}%0a",
    f"{SOMEBODY}%0d%0aX-Evil:%201",
    f"{SOMEBODY}%20",
    f"%20{SOMEBODY}",
    f"{SOMEBODY}/",
    f"{SOMEBODY}.json",
    f"{SOMEBODY}@evil.test",
    f"{{{SOMEBODY}}}",
    f"urn:uuid:{SOMEBODY}",
    SOMEBODY.replace("-", ""),
    SOMEBODY[:-1],
    f"{SOMEBODY}0",
    SOMEBODY.replace(SOMEBODY[0], "g", 1),
    "\uff11" * 8 + SOMEBODY[8:],
    f"{SOMEBODY},{SOMEBODY}",
    "0",
    "-1",
    "1 OR 1=1",
    "null",
    "undefined",
    "*",
    "%",
    "http://evil.test/",
    "//evil.test",
    "%2f%2fevil.test",
    "$(id)",
    "{{7*7}}",
]
ALLOWED = re.compile(r"/api/v1/partner/users(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?")


def test_no_hostile_id_leads_elsewhere(log_in: LogIn, simulator: RunningSimulator) -> None:
    assert len(IDS) >= 40
    admin = log_in(Role.ADMIN)
    sent = {"csrf_token": admin.csrf_token(), "reason": "because of a test", "intent": "x"}
    for each in IDS:
        for rest in ("", "/kyc"):
            answer = admin.http.get(f"/users/{each}{rest}")
            assert answer.status_code in {303, 308, 404, 405}, (each, rest)
        answer = admin.http.post(f"/users/{each}/tokens", data=sent)
        assert answer.status_code in {308, 400, 404, 405}, each
        admin.http.get(f"/users/{each}", headers=HTMX)
    calls = {(call.method, call.path, call.query) for call in simulator.requests()}
    assert calls == {("GET", f"/api/v1/partner/users/{SOMEBODY}", "")}  # of the good one among them


@pytest.mark.long
def test_what_is_searched_for_stays_a_parameter(log_in: LogIn, simulator: RunningSimulator) -> None:
    admin = log_in(Role.ADMIN)
    for each in IDS:
        admin.http.get("/users", query_string={"q": each, "status": each, "country": each})
    calls = simulator.requests()
    assert calls
    assert all(ALLOWED.fullmatch(call.path) and call.method == "GET" for call in calls)


def test_a_good_id_is_asked_for_as_it_is_and_no_other(
    log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    admin.http.get(f"/users/{SOMEBODY.upper()}?user_id=../auth/token#x")
    assert [call.path for call in simulator.requests()] == [f"/api/v1/partner/users/{SOMEBODY}"]
