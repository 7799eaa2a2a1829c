"""The log of requests in a browser: read on any screen, copied as a command, filtered in place."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.services.permissions import Role
from tests.browser.conftest import AddPerson, NewContext, come_in
from tests.support.sampling import pairs
from tests.support.servers.simulator_process import RunningSimulator

LOG = "/settings/requests"


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return str(simulator.users()[0]["id"])


def open_log(page: Page, admin: tuple[str, str], user_id: str) -> None:
    come_in(page, admin, f"/users/{user_id}")
    page.goto(LOG)


def test_a_request_is_copied_as_a_command(
    new_context: NewContext, add_person: AddPerson, user_id: str
) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    open_log(page, add_person(Role.ADMIN), user_id)
    page.goto(f"{LOG}?q={user_id}")
    name = page.get_by_text("GET /users/{userId}", exact=True)
    row = page.locator("tbody tr").filter(has=name).first
    row.locator("summary").click()
    row.get_by_role("button", name="Copy curl").click()
    expect(page.locator("#toasts")).to_contain_text("Command copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f'curl "$PARTNER_API_URL/api/v1/partner/users/{user_id}" \\\n  -H ')
    assert copied.endswith('-H "X-Api-Secret: $PARTNER_API_SECRET"')


@pytest.mark.parametrize(("width", "scheme"), pairs([1280, 390], ["dark", "light"]))
def test_the_log_is_accessible_and_fits_on_every_screen(
    new_context: NewContext, add_person: AddPerson, user_id: str, width: int, scheme: str
) -> None:
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    open_log(page, add_person(Role.ADMIN), user_id)
    for path in (LOG, f"/users/{user_id}/requests"):
        page.goto(path)
        page.locator("tbody details summary").first.click()
        assert not Axe().run(page).response["violations"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_filters_answer_in_place_and_without_javascript(
    new_context: NewContext, add_person: AddPerson, user_id: str
) -> None:
    admin = add_person(Role.ADMIN)
    for scripts in (True, False):
        page = new_context(java_script_enabled=scripts).new_page()
        open_log(page, admin, user_id)
        page.get_by_role("link", name="No response").click()
        page.wait_for_url(re.compile("status=none"))
        status = page.locator("#request-filters [name=status]")  # of the filters that are there
        expect(status).to_have_count(1)
        page.get_by_role("navigation", name="Status").get_by_role("link", name="All").click()
        expect(status).to_have_count(0)
        page.get_by_label("User ID or request ID").fill(user_id)
        page.get_by_label("User ID or request ID").press("Enter")
        page.wait_for_url(re.compile(f"q={user_id}"))
        about = page.locator(f'td:last-child a[href="/users/{user_id}"]')
        expect(page.locator("tbody tr").filter(has_not=about)).to_have_count(0)
        expect(page.locator("tbody tr").filter(has=about).first).to_be_visible()
        page.locator("tbody summary").first.click()
        expect(page.locator("tbody pre").first).to_be_visible()
        copy = page.get_by_role("button", name="Copy curl").first
        assert copy.is_visible() is scripts
