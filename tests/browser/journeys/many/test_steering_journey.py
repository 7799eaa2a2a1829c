"""A job as someone controls it: pace, pause, the mark of its end, a retry, and stop."""

import time

import pytest
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, enter
from tests.support.pages.jobs import emails, states, table
from tests.support.servers.simulator_process import RunningSimulator

REFUSED = {"method": "POST", "path": "/users", "status": 400, "times": 1}
ENDED = "One of your jobs has ended"


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns. No job of another test is left."""
    services = build_services(server.config, server.database)
    while not services.jobs.runner.work():
        pass
    return services


def start(page: Page, word: str) -> int:
    """Start a job with three rows; return its number."""
    page.goto("/users/register-many")
    page.get_by_label("Paste from a spreadsheet").fill(table(emails(3, word)))
    page.get_by_role("button", name="Check rows").click()
    page.get_by_role("button", name="Register ticked users").click()
    page.wait_for_url("**/jobs/*")
    return int(page.url.rpartition("/")[2])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def finish(worker: Services, server: Server, job: int) -> None:
    """Take turns until the job has ended; the budget of other tests is this one's too."""
    while {"waiting", "running"} & {*states(server.database, job)}:
        time.sleep(worker.jobs.runner.work().total_seconds())
    worker.jobs.runner.work()  # notes the end


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_a_job_is_paused_resumed_retried_and_stopped_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    worker: Services,
    server: Server,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    word = "scripted" if has_script else "unscripted"
    page = new_context(java_script_enabled=has_script).new_page()
    page.goto("/account")
    enter(page, *add_person(Role.ONBOARDING))
    job = start(page, word)
    press(page, "120")
    expect(page.get_by_text("120 requests per minute")).to_be_visible()
    press(page, "shared with background work")
    press(page, "Pause job")
    expect(page.get_by_text("Paused by Ana Martins")).to_be_visible()
    worker.jobs.runner.work()
    assert states(server.database, job) == ["waiting"] * 3
    press(page, "Resume job")
    expect(page.get_by_role("button", name="Pause job")).to_be_visible()

    page.goto("/account")
    simulator.set_faults([REFUSED])
    finish(worker, server, job)
    assert states(server.database, job) == ["refused", "done", "done"]
    page.reload()
    expect(page.get_by_text(ENDED)).to_have_count(1)
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("link", name="Register 3 users").first.click()
    expect(page.locator("#progress-title")).to_have_text("3 of 3 rows")
    press(page, "Retry 1 refused row")
    expect(page.locator("#progress-title")).to_have_text("2 of 3 rows")
    finish(worker, server, job)
    if not has_script:
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#progress-title")).to_have_text("3 of 3 rows")
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    page.goto("/account")
    expect(page.get_by_text(ENDED)).to_have_count(0)

    again = start(page, f"{word}-again-")
    press(page, "Stop job")
    expect(page.get_by_text("Stopped by Ana Martins")).to_be_visible()
    finish(worker, server, again)
    assert states(server.database, again) == ["not_run"] * 3
