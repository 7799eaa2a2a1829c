"""What the metrics may say: figures with labels of closed sets, and nothing about anyone."""

import re
import subprocess
import sys
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from flask import Flask
from prometheus_client import REGISTRY, generate_latest

from dashboard.config.settings import Config
from dashboard.metrics.state import StateCollector
from dashboard.partner.api import USER_PREFIX
from dashboard.partner.errors import HELD_BACK
from dashboard.partner.telemetry import CallResult
from dashboard.services.audit.log import ACTIONS, Outcome
from dashboard.services.directory.budget import CallKind
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.states import OPEN
from tests.support.browsing import Visitor
from tests.support.canaries import canaries
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.dashboard_process import ROOT
from tests.support.servers.scraping import Scrape
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

NAME, HOST, PHONE = "canary.fernandez", "canary-bank", "+573001234567"
EMAIL = f"{NAME}@{HOST}.example"
LOOKED_AT = ("kyc/status", "accounts", "balance", "transactions")
CODES = {str(code.value) for code in HTTPStatus}
CALLS = {
    "GET /users",
    "POST /users",
    "GET /users/{userId}",
    "POST /kyc",
    "POST /auth/token",
    "POST /auth/login",
    *(f"GET {USER_PREFIX}/{part}" for part in LOOKED_AT),
}


def shown(app: Flask) -> Scrape:
    """Return all that is counted in this process, and the state."""
    state = StateCollector(app.extensions["services"])
    REGISTRY.register(state)
    try:
        return Scrape(generate_latest(REGISTRY).decode())
    finally:
        REGISTRY.unregister(state)


def allowed(app: Flask) -> dict[tuple[str, str], set[str]]:
    """Return the values of each label, by the start of the metric's name."""
    held = {kind.value for kind in HELD_BACK}
    return {
        ("dashboard_page", "endpoint"): {*app.view_functions, "none"},
        ("dashboard_page", "status"): CODES,
        ("dashboard_api_call_", "call"): CALLS,
        ("dashboard_api_call_", "status"): {"1xx", "2xx", "3xx", "4xx", "5xx", "none"},
        ("dashboard_api_call_", "result"): set(CallResult),
        ("dashboard_api_calls_held_back", "reason"): held,
        ("dashboard_actions", "action"): {*ACTIONS, "other"},
        ("dashboard_actions", "outcome"): set(Outcome),
        ("dashboard_job_rows", "kind"): set(JobKind),
        ("dashboard_job_rows", "state"): set(OPEN),
        ("dashboard_budget_calls", "kind"): set(CallKind),
    }


def strange(app: Flask, found: Scrape) -> set[tuple[str, str, str]]:
    """Return the labels whose value is in no closed set."""
    sets = allowed(app)
    return {
        (name, label, value)
        for name, labels, _ in found.samples()
        for label, value in labels
        if name.startswith("dashboard_") and label != "le"
        if not any(
            name.startswith(start) and label == of and value in values
            for (start, of), values in sets.items()
        )
    }


@pytest.fixture
def known(simulator: RunningSimulator) -> UUID:
    """A user of the API with a name, an email and a phone that are easy to find."""
    first = simulator.users()[0]
    user = {**first, "id": str(uuid4()), "status": "pending", "email": EMAIL, "phone": PHONE}
    simulator.add_user(user)
    return UUID(str(user["id"]))


def use_everything(app: Flask, admin: Visitor, simulator: RunningSimulator, user: UUID) -> None:
    """Do what has secrets and names in it, then open every page, and what is no page."""
    path = f"/users/{user}"
    why = {"reason": f"Asked by {EMAIL}, {PHONE}", "ticket": EMAIL}
    send(admin, f"{path}/kyc", {**KYC, "email": EMAIL}, status=303)
    simulator.set_status(str(user), "active")
    send(admin, f"{path}/tokens", {**TOKEN, **why}, status=200)
    simulator.set_faults([{"method": "POST", "reset": "before"}])
    send(admin, "/users", registration(email=EMAIL, anyway=EMAIL), status=502)
    simulator.set_faults([{"status": 418}])
    admin.http.get(path)
    simulator.set_faults([])
    sent = {"csrf_token": admin.csrf_token(), "reason": "Asked for", "q": EMAIL, "format": "csv"}
    for step in walk(app):
        data = sent if step.method in UNSAFE else None
        admin.http.open(f"{step.path}?q={EMAIL}", method=step.method, data=data)
    for address in (f"/{NAME}", f"{path}/{EMAIL}", "/users/x", f"/static/{NAME}.css"):
        admin.http.get(address)
    admin.http.open("/users", method=NAME.upper())
    admin.http.get("/users", headers={"Host": f"{HOST}.example"})


@pytest.mark.long
def test_after_every_page_no_person_and_no_secret_is_in_them(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, known: UUID
) -> None:
    admin = log_in(Role.ADMIN, Role.ISSUER, Role.KYC, Role.ONBOARDING)
    use_everything(app, admin, simulator, known)
    found = shown(app)
    assert canaries.known
    canaries.look("the metrics", found.text)
    for part in (NAME, NAME.upper(), HOST, PHONE, str(known), known.hex, "inq_", "example", "http"):
        assert part not in found.text.replace("http_", ""), part
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", found.text)
    assert strange(app, found) == set()
    assert found.total("dashboard_actions_total", action="tokens:issue", outcome="succeeded") >= 1


def test_addresses_that_lead_nowhere_are_counted_together(app: Flask, visitor: Visitor) -> None:
    name, unknown = "dashboard_page_seconds_count", {"endpoint": "none", "status": "404"}
    before = shown(app).total(name, **unknown)
    for number in range(5):
        visitor.http.get(f"/no-such-page-{number}")
    after = shown(app)
    assert after.total(name, **unknown) == before + 5
    assert sum(unknown.items() <= labels for _, labels, _ in after.samples(name)) == 1


def test_the_port_of_pages_has_no_metrics(app: Flask, visitor: Visitor, support: Visitor) -> None:
    assert app.extensions["settings"]
    for each in (visitor, support):
        assert each.http.get("/metrics").status_code == 404


@pytest.mark.long
def test_where_they_are_off_nothing_is_loaded_for_them(config: Config, database: Database) -> None:
    assert database
    code = (
        "import sys; from dashboard.app import create_app;"
        "from dashboard.config.settings import load_config;"
        "app = create_app(load_config(None)); app.test_client().get('/healthz');"
        "print([name for name in sys.modules if 'prometheus' in name])"
    )
    environ = {
        "PATH": "",
        "DASHBOARD_ENVIRONMENT": config.environment.value,
        "DASHBOARD_SECRET_KEY": config.secret_key.get_secret_value(),
        "DATABASE_URL": config.database_url,
        "PARTNER_API_URL": config.partner_api_url,
        "PARTNER_API_KEY": config.partner_api_key.get_secret_value(),
        "PARTNER_API_SECRET": config.partner_api_secret.get_secret_value(),
    }
    for port, wanted in (("0", False), ("9400", True)):
        done = subprocess.run(  # noqa: S603  our own command, no shell
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**environ, "METRICS_PORT": port},
            capture_output=True,
            text=True,
            check=True,
        )
        assert ("prometheus_client" in done.stdout) is wanted
