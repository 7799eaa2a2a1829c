"""The pictures of the documentation: `make screenshots`. Not a test, so not collected as one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, ViewportSize
from pyotp import TOTP

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import inquiries as inquiries_table
from dashboard.store.schema import sessions
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts
from dashboard.wiring import build_services, now
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.browser.journeys.test_factors import Device, add_passkey
from tests.browser.support.stage import run
from tests.browser.support.worked import sweep
from tests.support.pages.jobs import emails, table
from tests.support.pages.looks import money
from tests.support.servers.simulator_process import (
    RunningSimulator,
    start_simulator,
    vendor_like_pair,
)

FOLDER = Path(__file__).parents[2] / "docs/screenshots"
LINK = "https://inquiry.withpersona.com/verify?inquiry-id=inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
HELD, ELSEWHERE, UNKNOWN = InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN
SIZE: ViewportSize = {"width": 1280, "height": 860}
KYC = ((26, HELD), (31, HELD), (52, HELD), (70, ELSEWHERE), (1, UNKNOWN), (3, HELD), (9, HELD))


@pytest.fixture(scope="session")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One whose people registered in the last weeks."""
    folder = tmp_path_factory.mktemp("simulator")
    with start_simulator(folder, users=120, first=vendor_like_pair(), is_recent=True) as running:
        yield running


@pytest.fixture(scope="session")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A dashboard that asks people again who they are, as production does."""
    folder = tmp_path_factory.mktemp("pictures")
    with run(simulator_process, migrated, folder, STEP_UP="1") as server:
        yield server


def test_screenshots(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> None:
    page = new_context(viewport=SIZE).new_page()
    page.goto("/login")
    take(page, "login")
    admin = add_person(Role.ADMIN)
    waiting = [user for user in simulator.users() if user["status"] == "pending"]
    remember(server, waiting)
    worker = build_services(server.config, server.database)
    worker.operations.heartbeat.note()
    sweep(worker)
    enter(page, *admin)
    Device(page)
    add_passkey(page)
    page.goto("/account/authenticator")
    page.get_by_label("First code").fill(TOTP(page.locator("#secret").inner_text()).now())
    page.get_by_role("button", name="Add the app").click()
    page.wait_for_selector("#factors .ok")
    known = {
        "expired": waiting[0]["id"],
        "fresh": waiting[5]["id"],
        "new": waiting[9]["id"],
        "suspended": of_status(simulator, "suspended"),
        "active": of_status(simulator, "active"),
    }
    page.goto(f"/users/{known['active']}/tokens")
    page.get_by_label("Reason").fill("Reproduce a failed withdrawal")
    page.get_by_label("Ticket").fill("SUP-20431")
    take(page, "token")
    page.locator("form[data-once] button.primary").click()
    page.wait_for_selector("[data-token]")
    take(page, "token-issued")
    for name, path in PAGES.items():
        page.goto(path.format(**known))
        page.wait_for_timeout(500)
        take(page, name)
    page.goto("/staff/new")
    page.get_by_label("Work email").fill("diego@example.com")
    page.get_by_label("Name", exact=True).fill("Diego Ramírez")
    page.get_by_role("checkbox").nth(1).check()
    take(page, "staff-new")
    page.get_by_role("button", name="Add and create a link").click()
    page.get_by_role("link", name="Done").click()
    take(page, "person")
    with server.database.write() as connection:
        earlier = now() - timedelta(minutes=6)
        connection.execute(sessions.update().values(created_at=earlier, confirmed_at=None))
    page.goto("/confirm")
    take(page, "confirm")
    elsewhere = new_context(viewport=SIZE).new_page()
    elsewhere.goto("/login")
    elsewhere.get_by_label("Work email").fill(admin[0])
    elsewhere.get_by_label("Password").fill(admin[1])
    elsewhere.get_by_role("button", name="Log in").click()
    elsewhere.wait_for_url("**/login/code")
    elsewhere.wait_for_timeout(500)
    take(elsewhere, "second-step")


def test_screenshots_of_jobs_and_the_lab(
    new_context: NewContext, add_person: AddPerson, server: Server, simulator: RunningSimulator
) -> None:
    worker = build_services(server.config, server.database)
    page = new_context(viewport=SIZE).new_page()
    page.goto("/users/register-many")
    enter(page, *add_person(Role.ADMIN))
    rows = table([*emails(3, "card-pilot"), "nobody", "card-pilot1@example.com"])
    page.get_by_label("Paste from a spreadsheet").fill(rows)
    page.get_by_role("button", name="Check rows").click()
    take(page, "register-many", of="#preview")
    page.get_by_role("button", name="Register ticked users").click()
    page.wait_for_url("**/jobs/*")
    worker.operations.heartbeat.note()
    worker.jobs.runner.work()
    page.goto(page.url)
    take(page, "job")
    work(worker)
    page.goto("/lab")
    page.locator("input[name=goal][value=token]").check()
    page.get_by_label("How many").fill("3")
    page.get_by_label("Reason").fill("Regression of the card pilot")
    take(page, "lab")
    page.get_by_role("button", name="Create test users").click()
    page.wait_for_url("**/lab/*")
    work(worker)
    page.goto(page.url)
    take(page, "lab-run")
    page.goto("/lab/scenarios")
    page.get_by_role("button", name="Run all").click()
    page.wait_for_url("**/lab/scenarios/*")
    while not worker.lab.reports.work():
        pass
    page.goto("/lab/scenarios")
    take(page, "scenarios")
    active = of_status(simulator, "active")
    money(simulator, active, "USD", "COP")
    page.goto(f"/users/{active}/look")
    page.get_by_label("Reason").fill("A deposit is missing")
    page.locator("form[data-once] button.primary").click()
    page.wait_for_url("**/look")
    page.wait_for_load_state()
    take(page, "look")


def work(worker: Services) -> None:
    """Let the worker run jobs until it has to wait."""
    while not worker.jobs.runner.work():
        pass


PAGES = {
    "overview": "/",
    "users": "/users",
    "user": "/users/{suspended}",
    "user-pending": "/users/{expired}",
    "register": "/users/new?identity=1",
    "kyc": "/kyc",
    "kyc-start": "/users/{new}/kyc",
    "kyc-started": "/users/{fresh}/kyc",
    "kyc-import": "/users/{new}/kyc/link",
    "tokens": "/tokens",
    "privy": "/tokens/privy",
    "audit": "/audit",
    "audit-entry": "/audit/2",
    "audit-person": "/audit/people/1",
    "staff": "/staff",
    "account": "/account",
    "settings": "/settings",
    "credentials": "/settings/credentials",
}


def take(page: Page, name: str, *, of: str = "") -> None:
    """Take what the window shows, or a part of the page."""
    (page.locator(of) if of else page).screenshot(path=FOLDER / f"{name}.png")


def of_status(simulator: RunningSimulator, status: str) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == status)


def remember(server: Server, waiting: list[dict[str, str]]) -> None:
    """Keep some KYC starts as a team would have made them."""
    with server.database.write() as connection:
        connection.execute(inquiries_table.delete())
        for user, (hours, state) in zip(waiting, KYC, strict=False):
            at, held = datetime.now(UTC) - timedelta(hours=hours), state is HELD
            inquiry = Inquiry(
                user_id=UUID(user["id"]),
                state=state,
                started_at=at,
                inquiry_id="inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg" if held else None,
                verification_url=LINK if held else None,
            )
            facts = SeenFacts(UUID(user["id"]), user["email"], "pending", "CO", "es", None)
            inquiries.add(connection, inquiry, 1)
            sightings.record(connection, [facts], at + timedelta(minutes=30))
