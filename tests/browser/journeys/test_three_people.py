"""A case in the hands of three people and in two languages, from a call to a glance.

Support takes the call and notes it. KYC operations own it, email the link through a real SMTP
server, print the card, get no answer, add the call and hand over. The third person sees all of it.
"""

import gettext
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.wiring import now
from tests.browser.conftest import NewContext, Server
from tests.browser.support.hands import Hands, Keyboard, Mouse
from tests.browser.support.stage import run
from tests.support.canaries import Kind, canaries
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator

TRANSLATIONS = Path(__file__).parents[3] / "dashboard/translations"
LOCALES = {"en": "en-GB", "es": "es-CO"}
SENDER = "Onboarding <onboarding@example.org>"
WAYS = ("mouse", "keyboard", "no scripts")
A5_PT = (420, 595)
CALL, HAND_OVER = "Rang about the code in the app.", "Sin respuesta. Llamar mañana temprano."


@pytest.fixture(scope="module")
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def server(
    simulator_process: RunningSimulator,
    migrated: Path,
    tmp_path_factory: pytest.TempPathFactory,
    inbox: Inbox,
) -> Iterator[Server]:
    """A dashboard that hands its mail to a server on this machine."""
    folder = tmp_path_factory.mktemp("three")
    with serve_mail(inbox) as port:
        mail = {
            "MAIL_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "dashboard@example.org",
            "USER_MAIL_FROM": SENDER,
        }
        with run(simulator_process, migrated, folder, **mail) as server:
            yield server


@dataclass(frozen=True)
class Colleague:
    """Someone at their browser. `_` gives a text of ours in their language."""

    name: str
    email: str
    password: str
    page: Page
    hands: Hands
    _: Callable[[str], str]

    def come_in(self) -> None:
        self.page.goto("/login")
        self.hands.fill(self.page.locator("[name=email]"), self.email)
        self.hands.fill(self.page.locator("[name=password]"), self.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)

    def open(self, email: str) -> None:
        """Look a user up in the one search box, which lists a user whom no one has seen yet."""
        self.hands.fill(self.page.get_by_role("searchbox").first, email)
        self.page.keyboard.press("Enter")
        row = self.part("#results").get_by_role("link", name=email)
        expect(self.part("#user").or_(row)).to_be_visible()
        if row.count():
            self.hands.press(row)
        expect(self.part("#user")).to_contain_text(email.partition("@")[0])

    def part(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def button(self, words: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("button", name=self._(words)).first

    def link(self, words: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("link", name=self._(words)).first

    def add_contact(self, kind: str, words: str) -> None:
        self.hands.choose(self.part("#contact"), kind)
        self.hands.press(self.button("Add contact"))
        expect(self.part("#last-contact")).to_contain_text(self._(words))


Hire = Callable[[str, str, Role], Colleague]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hire(server: Server, new_context: NewContext, simulator: RunningSimulator, way: str) -> Hire:
    """Hire someone who speaks a language, and give them a browser."""
    assert simulator
    chain = Chain(server.config.keyring.keys(KeyPurpose.CHAIN), server.config.environment)
    staff = Staff(server.database, chain, now)

    def hire(name: str, language: str, role: Role) -> Colleague:
        name, password = f"{name} {secrets.token_hex(3)}", secrets.token_urlsafe(16)
        email = f"{secrets.token_hex(4)}@example.com"
        canaries.remember(Kind.PASSWORD, password)
        staff.add(email, name, password, [role])
        page = new_context(
            locale=LOCALES[language],
            viewport={"width": 1280, "height": 900},
            java_script_enabled=way != "no scripts",
        ).new_page()
        hands = Keyboard(page) if way == "keyboard" else Mouse(page)
        words = gettext.translation("messages", TRANSLATIONS, [language], fallback=True).gettext
        return Colleague(name, email, password, page, hands, words)

    return hire


def test_a_case_passes_through_three_people_s_hands(
    hire: Hire, simulator: RunningSimulator, inbox: Inbox, way: str
) -> None:
    waiting = [each for each in simulator.users() if each["status"] == "pending"]
    user = [each for each in waiting if each["preferredLanguage"] == "es"][WAYS.index(way)]
    support = hire("Sara", "en", Role.SUPPORT)
    operations = hire("Óscar", "es", Role.KYC)
    third = hire("Theo", "en", Role.KYC)

    take_the_call(support, user["email"])
    own_and_start(operations, user["email"])
    email_the_link(operations, user["email"], inbox)
    print_the_card(operations, way)
    operations.add_contact("called_no_answer", "Called, no answer")
    hand_over(operations, third)
    see_all_of_it(third, user["email"], support, operations, way)


def take_the_call(support: Colleague, email: str) -> None:
    support.come_in()
    support.open(email)
    support.hands.fill(support.part("#note"), CALL, key="n")
    support.hands.press(support.button("Save note"))
    expect(support.part("#notes")).to_contain_text(CALL)
    support.add_contact("called_reached", "Called, reached")


def own_and_start(operations: Colleague, email: str) -> None:
    operations.come_in()
    operations.open(email)
    expect(operations.part("#notes")).to_contain_text(CALL)
    operations.hands.press(operations.button("Assign to me"), key="a")
    expect(operations.part("#follow-up")).to_contain_text(operations.name)
    operations.hands.press(operations.link("Start KYC"))
    operations.hands.fill(operations.part("[name=first_name]"), "Valentina")
    operations.hands.fill(operations.part("[name=last_name]"), "Rojas")
    operations.hands.press(operations.button("Start KYC"))
    expect(operations.part("#inquiry")).to_be_visible()
    operations.hands.press(operations.part(".crumbs a").last)


def email_the_link(operations: Colleague, email: str, inbox: Inbox) -> None:
    before = len(inbox.messages)
    operations.hands.press(operations.link("Send email"))
    operations.hands.press(operations.button("Send email"))
    expect(operations.part("#last-contact")).to_contain_text(operations._("Email sent"))
    (message,) = inbox.messages[before:]
    assert (message["To"], message["From"]) == (email, SENDER)
    text = message.get_content()
    assert "Valentina" in text
    assert re.search(r"https?://\S+", text)
    assert inbox.recipients[-1] == email


def print_the_card(operations: Colleague, way: str) -> None:
    operations.hands.press(operations.link("Print card"))
    paper = operations.part(".paper")
    expect(paper).to_contain_text("Valentina")
    assert paper.get_attribute("lang") == "es"
    pages = re.findall(
        rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", operations.page.pdf(prefer_css_page_size=True)
    )
    assert [tuple(round(float(side)) for side in page) for page in pages] == [A5_PT]
    if way != "no scripts":
        operations.hands.press(operations.button("Print card"))
    operations.hands.press(operations.part(".crumbs a").last)
    if way == "no scripts":
        operations.add_contact("other", "Other contact")
    else:
        expect(operations.part("#last-contact")).to_contain_text(operations._("Card printed"))


def hand_over(operations: Colleague, third: Colleague) -> None:
    operations.hands.press(operations.link("Hand over"))
    operations.hands.choose(operations.part("select[name=owner]"), third.email)
    operations.hands.press(operations.button("Save owner"))
    expect(operations.part("main [aria-invalid=true], main .error").first).to_be_visible()
    assert operations.part("select[name=owner]").input_value() == third.email
    operations.hands.fill(operations.part("textarea[name=note]"), HAND_OVER)
    operations.hands.press(operations.button("Save owner"))
    expect(operations.part("#follow-up")).to_contain_text(third.name)


def see_all_of_it(
    third: Colleague, email: str, support: Colleague, operations: Colleague, way: str
) -> None:
    third.come_in()
    count = third.page.get_by_role("navigation").locator(".count.bad[aria-hidden]")
    expect(count).to_have_text("1")
    third.open(email)
    expect(third.part("#follow-up")).to_contain_text(third.name)
    expect(third.part("#follow-up")).to_contain_text(f"Assigned by {operations.name}")
    expect(third.part("#last-contact")).to_contain_text("Called, no answer")
    expect(third.part("#notes")).to_contain_text(CALL)
    expect(third.part("#notes")).to_contain_text(HAND_OVER)
    story = third.part("#timeline")
    card = "noted another contact" if way == "no scripts" else "printed the card"
    for told in (
        f"{support.name} called and spoke to the user",
        f"{operations.name} started KYC",
        f"{operations.name} emailed this user",
        f"{operations.name} {card}",
        f"{operations.name} called: no answer",
        f"{operations.name} assigned the user to you",
        HAND_OVER,
    ):
        expect(story).to_contain_text(told)
    third.page.goto("/")
    expect(count).to_have_count(0)
