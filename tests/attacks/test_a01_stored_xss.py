"""T-A1: whatever an end-user or the upstream puts into a field, it is shown and never run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from dashboard.services.permissions import Role
from tests.attacks import hostile_api
from tests.attacks.payloads import PAYLOADS
from tests.browser.support.stage import NewContext, enter
from tests.faults.support.fault_server import FaultServer
from tests.faults.support.people import Served, serve_people
from tests.support.pages.forms import KYC
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

pytestmark = [pytest.mark.long, pytest.mark.browser]

REPORTS = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(scope="module")
def served(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A dashboard whose upstream means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    with FaultServer() as upstream:
        settings = safe_settings(folder, simulator_process)
        settings["PARTNER_API_URL"] = upstream.on(hostile_api.script)
        with serve_people(folder, migrated, settings) as served:
            yield served


class Heard:
    """Misbehaviour of a page: dialogs, violations of its policy, calls elsewhere."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.dialogs: list[str] = []
        self.policy: list[str] = []
        self.elsewhere: list[str] = []
        self._base_url = base_url
        context.add_init_script(REPORTS)
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on(
            "console",
            lambda message: (
                self.policy.append(message.text) if "policy" in message.text.lower() else None
            ),
        )

    def nothing(self) -> bool:
        return not (self.dialogs or self.policy or self.elsewhere)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self._base_url):
            self.elsewhere.append(request.url)


@pytest.fixture
def heard(new_context: NewContext, served: Served) -> tuple[Page, Heard]:
    """An admin's page at that dashboard."""
    context = new_context(viewport={"width": 1280, "height": 900})
    heard = Heard(context, served.base_url)
    page = context.new_page()
    page.goto(f"{served.base_url}/users")
    enter(page, *served.hire(Role.ADMIN))
    return page, heard


def shown(text: str) -> str:
    """Return a text as a reader sees it: controls written out, white space folded."""
    return re.sub(r"\s+", " ", text.replace("\t", "⟨U+0009⟩")).strip()


def words(page: Page, selector: str = "body") -> str:
    return shown(page.locator(selector).inner_text())


def swap(page: Page, path: str, target: str) -> None:
    """Let htmx put a fragment into the page."""
    page.evaluate(
        "([path, target]) => htmx.ajax('GET', path, {target, swap: 'outerHTML'})", [path, target]
    )


def test_every_payload_is_text_in_the_list_and_its_fragment(
    heard: tuple[Page, Heard], served: Served
) -> None:
    page, noticed = heard
    seen = ""
    for number in range(1, len(PAYLOADS) // hostile_api.PAGE + 2):
        page.goto(f"{served.base_url}/users?page={number}")
        seen += words(page, "#results")
        swap(page, f"/users?page={number}", "#results")
        page.wait_for_timeout(50)
        seen += words(page, "#results")
    missing = [each for each in PAYLOADS if seen.count(shown(each)) < 2]
    assert missing == []
    page.goto(f"{served.base_url}/users?page=9")  # says what came instead of a list
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert noticed.nothing(), vars(noticed)


# A user shows six payloads, so one in five users shows them all; one in 15 shows each status, and
# what is put into each place. The list, above, shows them all in every run.
@pytest.mark.long
@pytest.mark.parametrize("share", [15, pytest.param(1, marks=pytest.mark.weekly)])
def test_every_payload_is_text_on_every_page_of_its_user(
    heard: tuple[Page, Heard], served: Served, share: int
) -> None:
    page, noticed = heard
    for number in range(0, len(PAYLOADS), share):
        payload = PAYLOADS[number]
        user = f"{served.base_url}/users/{hostile_api.user_id(number)}"
        page.goto(user)
        assert shown(payload) in words(page, "h1"), number
        assert shown(payload) in shown(page.title()), number
        page.get_by_role("button", name="More actions").click()
        page.get_by_role("button", name="API response").click()
        for more in range(6):
            assert shown(hostile_api.payload(number + more)) in written(page), (number, more)
        swap(page, user, "#user")
        expect(page.locator("h1")).to_have_count(1)
        assert shown(payload) in words(page, "h1"), number
        for path in ("/kyc", "/kyc/link", "/tokens"):
            page.goto(user + path)
    assert noticed.nothing(), vars(noticed)


def written(page: Page) -> str:
    """Return the page's words, and once more with what JSON writes otherwise written as it is."""
    text = words(page)
    return text + text.replace('\\"', '"').replace("\\\\", "\\").replace("\\t", "⟨U+0009⟩")


@pytest.mark.long
@pytest.mark.parametrize("share", [5, pytest.param(1, marks=pytest.mark.weekly)])
def test_links_claims_refusals_and_the_pages_that_remember_them_are_text(
    heard: tuple[Page, Heard], served: Served, share: int
) -> None:
    page, noticed = heard
    for number in range(0, len(PAYLOADS), share):
        user = f"{served.base_url}/users/{hostile_api.user_id(number)}"
        if number % 4 == 0:
            page.goto(f"{user}/tokens")
            page.get_by_label("Reason").fill(hostile_api.payload(number))
            page.get_by_role("button", name="Issue token").click()
            expect(page.get_by_role("heading", name="Token issued for")).to_be_visible()
            assert shown(hostile_api.payload(number + 1)) in written(page)
        elif number % 4 == 1:
            page.goto(f"{user}/kyc")
            page.get_by_label("First name").fill(hostile_api.payload(number)[:60])
            page.get_by_label("Phone").fill("")
            page.get_by_label("Last name").fill(KYC["last_name"])
            page.get_by_label("Email", exact=True).fill(KYC["email"])
            page.get_by_role("button", name="Start KYC").click()
            expect(page.locator("#inquiry")).to_be_visible()
            assert shown(hostile_api.payload(number)) in words(page, "#inquiry"), number
            assert page.locator("#inquiry a[target=_blank]").count() == 0
    for status, odd in hostile_api.ODD.items():
        page.goto(f"{served.base_url}/users/{odd}")
        assert page.locator("h1").count() == 1, status
        page.goto(f"{served.base_url}/")
        swap(page, f"/users/{odd}", "#main")
    for path in ("/", "/kyc", "/kyc?lane=link_fresh", "/tokens", "/audit", "/audit/1", "/settings"):
        page.goto(served.base_url + path)
        page.wait_for_timeout(100)
    assert noticed.nothing(), vars(noticed)
