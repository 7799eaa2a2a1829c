"""The lab: create test users, watch the steps, show the tokens once, and hand the users over."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.store.schema import lab_steps
from dashboard.wiring import build_services
from tests.browser.conftest import AddPerson, NewContext, Server, come_in
from tests.support.servers.simulator_process import RunningSimulator

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def worker(server: Server) -> Services:
    """The worker's services; the test takes its turns."""
    return build_services(server.config, server.database)


def log_in(context: BrowserContext, add_person: AddPerson) -> Page:
    page = context.new_page()
    come_in(page, add_person(Role.ONBOARDING), "/account")
    return page


def create(page: Page, goal: str, count: int) -> None:
    page.goto("/lab")
    page.locator(f"input[name=goal][value={goal}]").check()
    page.get_by_label("How many").fill(str(count))
    page.get_by_label("Reason").fill("Regression of the card pilot")
    page.get_by_role("button", name="Create test users").click()
    page.wait_for_url("**/lab/*")


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
def test_users_are_created_and_their_tokens_shown_with_and_without_scripts(
    new_context: NewContext,
    add_person: AddPerson,
    worker: Services,
    simulator: RunningSimulator,
    has_script: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    page = log_in(new_context(viewport=WIDE, java_script_enabled=has_script), add_person)
    while not worker.jobs.runner.work():
        pass  # what other tests left
    before = len(simulator.users())
    create(page, "token", 2)
    expect(page.locator("#people-title")).to_have_text("0 of 2 done")
    while not worker.jobs.runner.work():
        pass
    if not has_script:
        page.get_by_role("link", name="Refresh").click()
    expect(page.locator("#people-title")).to_have_text("2 of 2 done")
    expect(page.locator("#follow")).to_have_count(0)
    assert len(simulator.users()) == before + 2
    page.get_by_text("Request and answer").first.click()
    expect(page.locator("#curl-register")).to_contain_text("curl -X POST")
    page.get_by_role("link", name="Steps of").nth(1).click()
    page.wait_for_url("**/people/2*")
    page.get_by_role("button", name="Issue and show tokens").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 tokens issued")
    assert page.content().count("eyJ") >= 2
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("button", name="Issue and show tokens")).to_have_count(0)
    assert "eyJ" not in page.content()
    for name, word in (("Markdown", "# 2 test users"), ("JUnit XML", "<testcase"), ("HTTP", "###")):
        with page.expect_download() as file:
            page.get_by_role("link", name=name).click()
        text = Path(file.value.path()).read_text()
        expect(page.locator("html[data-loading]")).to_have_count(0)
        assert word in text
        assert "eyJ" not in text
    page.locator("form[action$=bundle]").get_by_label("Reason").fill("For the integration team")
    with page.expect_download() as bundle:
        page.get_by_role("button", name="Download bundle").click()
    assert len(json.loads(Path(bundle.value.path()).read_text())["users"]) == 2
    page.get_by_role("button", name="Repeat with new people").click()
    expect(page.locator("#people-title")).to_have_text("0 of 2 done")
    page.get_by_role("button", name="Stop run").click()
    expect(page.locator("#run .head")).to_contain_text("Stopped")


def test_a_request_that_is_read_stays_open_while_the_run_goes_on(
    new_context: NewContext, add_person: AddPerson, worker: Services
) -> None:
    page = log_in(new_context(viewport=WIDE), add_person)
    create(page, "active", 1)
    worker.jobs.runner.work()
    page.get_by_text("Request and answer").first.click()
    while not worker.jobs.runner.work():
        pass
    expect(page.locator("#people-title")).to_have_text("1 of 1 done")
    expect(page.locator("#call-register")).to_have_attribute("open", "")
    expect(page.locator("#call-start_kyc")).not_to_have_attribute("open", "")


def test_a_request_that_was_folded_opens_when_its_step_fails(
    new_context: NewContext, add_person: AddPerson, worker: Services, server: Server
) -> None:
    page = log_in(new_context(viewport=WIDE), add_person)
    create(page, "active", 1)
    worker.jobs.runner.work()
    expect(page.locator("#call-register")).to_be_visible()
    with server.database.write() as connection:
        number = int(page.url.rpartition("/")[2])
        of_run = lab_steps.update().where(lab_steps.c.job_id == number)
        connection.execute(of_run.values(outcome="lost"))
    summary = page.locator("#call-register-lost summary")
    expect(page.locator("#call-register-lost")).to_have_attribute("open", "")
    summary.click()
    expect(page.locator("#call-register-lost")).not_to_have_attribute("open", "")
    with server.database.write() as connection:
        connection.execute(of_run.values(outcome="failed"))
    expect(page.locator("#call-register-failed")).to_have_attribute("open", "")


def test_a_phone_shows_no_sideways_scroll(
    new_context: NewContext, add_person: AddPerson, worker: Services
) -> None:
    page = log_in(new_context(viewport=PHONE), add_person)
    create(page, "kyc_started", 1)
    while not worker.jobs.runner.work():
        pass
    for path in ("/lab", page.url):
        page.goto(path)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
