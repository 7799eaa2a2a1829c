"""What staff do to many users: jobs, runs of the lab, selections and more, with their pages."""

from collections.abc import Iterator
from secrets import token_hex
from uuid import UUID

from playwright.sync_api import Page

from dashboard.services.actors import Actor
from dashboard.services.registry import Services
from dashboard.store.staff import members
from dashboard.wiring import build_services
from tests.browser.conftest import Server
from tests.browser.support.every_page import user_of
from tests.support.pages.jobs import emails, table
from tests.support.servers.simulator_process import RunningSimulator

PAGES = (
    "/jobs/{done}",
    "/jobs/{done}?show=attention",
    "/jobs/{done}.csv",
    "/jobs/{waiting}",
    "/lab/{run}",
    "/lab/{run}/people/2",
    "/lab/{waiting_run}",
    "/lab/scenarios/{report}",
    "/selections/{selection}/bundle",
    "/selections/{selection}/links",
    "/selections/{selection}/owner",
    "/selections/{selection}/tags",
    "/tokens/{receipt}",
    "/users/look-through/{look}",
    "/views/{view}/delete",
)
"""Their addresses; the names are those of `work`."""
NEXT = "button[name=do][value={}]"
MAIN = "main form button.primary"


def sweep(worker: Services) -> None:
    """Let the worker read the API's whole list, so that pages show our own copy."""
    while not worker.directory.status.coverage().has_swept:
        worker.directory.sync.work()
    worker.directory.sync.release()


def work(page: Page, server: Server, email: str, simulator: RunningSimulator) -> dict[str, str]:
    """Do some work as a staff member whose page this is; return the number of each thing."""
    services = build_services(server.config, server.database)
    with server.database.read() as connection:
        member = members.find(connection, email)
    assert member
    word = token_hex(3)  # the server is that of other walks too
    known = {"done": register(page, emails(2, f"walk{word}")), "run": create(page, 2)}
    run_all(services)
    page.goto(f"/lab/{known['run']}")
    page.locator("form[action$='/tokens'] button.primary").click()
    receipt = page.locator("a[href^='/tokens/']").last.get_attribute("href")
    known["receipt"] = number_in(receipt or "")
    page.goto("/lab/scenarios")
    page.locator("button[name=scenario]").last.click()
    page.wait_for_url("**/lab/scenarios/*")
    known["report"] = number_in(page.url)
    while not services.lab.reports.work():
        pass
    known["waiting"] = register(page, [*emails(1, f"later{word}"), "nobody"])
    known["waiting_run"] = create(page, 1)
    page.goto("/views/new?status=pending")
    page.locator("#name").fill(f"Waiting {word}")
    with page.expect_navigation():
        page.locator(MAIN).click()
    page.goto("/views")
    view = page.locator("a[href$='/delete']").first.get_attribute("href")
    known["view"] = number_in((view or "").removesuffix("/delete"))
    page.goto("/users")
    ids = [UUID(user["id"]) for user in simulator.users()[:3]]
    services.selections.freeze(member.id, ids)
    selection = services.selections.find(member.id)
    assert selection
    known["selection"] = str(selection.number)
    reading = services.directory.box.read("no one like this", frozenset(), masked=False)
    known["look"] = str(services.directory.looks.start(reading, member.id, Actor(member.id)))
    return known


def answers(page: Page, known: dict[str, str], simulator: RunningSimulator) -> Iterator[str]:
    """Lead to each page that only a form leads to; give what was sent."""
    pending, active = (user_of(simulator, status) for status in ("pending", "active"))
    page.goto("/users/register-many")
    again = [*emails(2, "checked"), "nobody", *emails(1, "checked"), pending["email"]]
    check(page, table(again))
    yield "register many: checked"
    page.goto("/kyc/start-many")
    check(page, f"email,first name,last name\n{pending['email']},Ana,Soto\nnobody,,")
    yield "start many: checked"
    page.goto("/kyc/send-many")
    page.locator("#users").fill(f"{pending['id']}\n{active['id']}")
    page.locator(NEXT.format("check")).click()
    page.wait_for_selector("#preview")
    yield "send many: checked"
    page.goto(f"/selections/{known['selection']}/tags")
    page.locator("input[name=add]").first.check()
    page.locator(NEXT.format("check")).click()
    page.wait_for_selector(NEXT.format("start"))
    yield "tags of a selection: checked"
    page.goto(f"/users/{active['id']}/look")
    page.locator("#reason").fill("A deposit is missing")
    page.locator(MAIN).click()
    page.wait_for_selector("#accounts-title, main .card h2")
    yield "accounts of a user"


def register(page: Page, new: list[str]) -> str:
    """Start a job that registers these; return its number."""
    page.goto("/users/register-many")
    check(page, table(new))
    page.locator(NEXT.format("start")).click()
    page.wait_for_url("**/jobs/*")
    return number_in(page.url)


def check(page: Page, rows: str) -> None:
    page.locator("#rows").fill(rows)
    page.locator(NEXT.format("check")).first.click()
    page.wait_for_selector("#preview")


def create(page: Page, count: int) -> str:
    """Start a run of the lab whose users get a token; return its number."""
    page.goto("/lab")
    page.locator("input[name=goal][value=token]").check()
    page.locator("#count").fill(str(count))
    page.locator("#reason").fill("Regression of the card pilot")
    page.locator("#form button.primary").click()
    page.wait_for_url("**/lab/*")
    return number_in(page.url)


def run_all(services: Services) -> None:
    """Let the worker run jobs until it has to wait."""
    services.operations.heartbeat.note()
    while not services.jobs.runner.work():
        pass


def number_in(address: str) -> str:
    """Return the number that an address ends with."""
    return address.rstrip("/").rpartition("/")[2]
