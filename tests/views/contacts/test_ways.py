"""The ways to get a link or a message to a user: which are offered in which situation."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from tests.support.browsing import Page, Visitor
from tests.support.directory import facts_of
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

INQUIRY = "inq_Hq7TzVb3LdKx9PfNc2WmRs8JyUa4Eg"
LINK = f"https://inquiry.withpersona.com/verify?inquiry-id={INQUIRY}"
EVERY = "code,card,mail,mailto,whatsapp"
PHONE = "+573005550142"


@pytest.fixture
def ways() -> str:
    return EVERY


@pytest.fixture
def settings(settings: dict[str, str], ways: str) -> dict[str, str]:
    mail = {"MAIL_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "d@example.com"}
    return settings | mail | {"USER_MAIL_FROM": "help@example.com", "CONTACT_WAYS": ways}


class Someone:
    """A user whom staff have seen, in one situation."""

    def __init__(self, support: Visitor, simulator: RunningSimulator, database: Database) -> None:
        self.support = support
        self.simulator = simulator
        self.database = database
        self.id = uuid4()
        self.facts = simulator.users()[0] | {
            "id": str(self.id),
            "email": "ximena+kyc@example.com",
            "status": "pending",
            "preferredLanguage": "es",
            "phone": PHONE,
        }

    def known(self, name: str = "Ximena Soto", **facts: str) -> "Someone":
        self.facts |= facts
        self.simulator.add_user(self.facts)
        seen = facts_of(self.facts)
        with self.database.write() as connection:
            directory.record(connection, [seen], datetime.now(UTC))
            sightings.record(connection, [seen], datetime.now(UTC))
            directory.know(connection, self.id, name=name)
        return self

    def started(self, state: InquiryState, hours_ago: float = 3) -> "Someone":
        held = state is InquiryState.HELD
        at = datetime.now(UTC) - timedelta(hours=hours_ago)
        row = Inquiry(
            self.id,
            state,
            at,
            inquiry_id=INQUIRY if held else None,
            verification_url=LINK if held else None,
        )
        with self.database.write() as connection:
            inquiries.add(connection, row, None)
        return self

    def page(self) -> Page:
        return self.support.get(f"/users/{self.id}")

    def card(self, say: str = "es", *, status: int = 200) -> Page:
        return self.support.get(f"/users/{self.id}/card?say={say}", status=status)


@pytest.fixture
def someone(support: Visitor, simulator: RunningSimulator, database: Database) -> Someone:
    return Someone(support, simulator, database)


def controls(page: Page) -> set[str]:
    """Return the names of the ways that a page has a control of."""
    main = page.text.split('id="main"')[1]
    signs = {
        "code": 'popovertarget="link-code"',
        "card": "/card?",
        "mail": "/mail?",
        "mailto": "mailto:",
        "whatsapp": "https://wa.me/",
        "link": 'data-contact="link_copied"',
        "message": 'data-contact="message_copied"',
    }
    return {name for name, sign in signs.items() if sign in main}


WORDS = {"message", "mail", "mailto", "whatsapp"}
ALL = WORDS | {"code", "card", "link"}


@pytest.mark.parametrize(
    ("status", "state", "hours", "expected"),
    [
        ("pending", None, 0, WORDS),
        ("pending", InquiryState.HELD, 3, ALL),
        ("pending", InquiryState.HELD, 30, ALL),
        ("pending", InquiryState.ELSEWHERE, 3, WORDS),
        ("pending", InquiryState.UNKNOWN, 3, WORDS),
        ("active", InquiryState.HELD, 30, WORDS),
        ("suspended", InquiryState.HELD, 30, WORDS),
        ("banned", InquiryState.HELD, 30, WORDS),
        ("invented", None, 0, WORDS),
    ],
)
def test_which_ways_a_situation_has(
    someone: Someone, status: str, state: InquiryState | None, hours: float, expected: set[str]
) -> None:
    someone.known(status=status)
    if state:
        someone.started(state, hours)
    assert controls(someone.page()) == expected
    someone.card(status=200 if "card" in expected else 404)


@pytest.mark.parametrize("off", EVERY.split(","))
class TestOff:
    """One way is turned off."""

    @pytest.fixture
    def ways(self, off: str) -> str:
        return ",".join(way for way in EVERY.split(",") if way != off)

    def test_a_way_that_is_off_leaves_no_control_and_no_route(
        self, someone: Someone, off: str
    ) -> None:
        someone.known().started(InquiryState.HELD)
        assert controls(someone.page()) == ALL - {off}
        shown = someone.support.get(f"/users/{someone.id}/kyc")
        assert (off == "code") == ('popovertarget="link-code"' not in shown.text)
        for way in ("card", "mail"):
            status = 404 if way == off else 200
            someone.support.get(f"/users/{someone.id}/{way}", status=status)
        if off == "mail":
            someone.support.post(f"/users/{someone.id}/mail", {}, status=404)


class TestAllOff:
    """Only copying is left."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return (
            settings
            | {"CONTACT_WAYS": "mail", "MAIL_URL": "", "MAIL_FROM": ""}
            | {"USER_MAIL_FROM": ""}
        )

    def test_copying_always_works(self, someone: Someone) -> None:
        someone.known().started(InquiryState.HELD)
        assert controls(someone.page()) == {"message", "link"}


class TestDefault:
    """Nothing is set."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in settings.items() if name != "CONTACT_WAYS"}

    def test_whatsapp_is_off_at_first(self, someone: Someone) -> None:
        someone.known().started(InquiryState.HELD)
        assert controls(someone.page()) == ALL - {"whatsapp"}


def test_a_prefilled_email_has_the_whole_message(someone: Someone) -> None:
    someone.known().started(InquiryState.HELD)
    (found,) = re.findall(r'href="(mailto:[^"]+)"', someone.page().text)
    parts = urlsplit(unescape(found))
    assert unquote(parts.path) == "ximena+kyc@example.com"
    assert "+" not in parts.query
    asked = parse_qs(parts.query)
    assert asked["subject"] == ["Tu enlace para verificar tu identidad"]
    assert "Hola, Ximena:\r\n\r\n" in asked["body"][0]
    assert LINK in asked["body"][0]


def test_a_prefilled_whatsapp_message_opens_outside_without_a_referrer(someone: Someone) -> None:
    someone.known().started(InquiryState.HELD)
    (found,) = re.findall(r'<a [^>]*href="(https://wa[^"]+)"([^>]*)>', someone.page().text)
    parts = urlsplit(unescape(found[0]))
    assert (parts.netloc, parts.path) == ("wa.me", f"/{PHONE.lstrip('+')}")
    assert LINK in parse_qs(parts.query)["text"][0]
    assert 'rel="noopener noreferrer" target="_blank"' in found[1]


@pytest.mark.parametrize("phone", ["", "5550142", "none"])
def test_without_a_whole_phone_number_there_is_no_whatsapp(someone: Someone, phone: str) -> None:
    someone.known(phone=phone)
    assert controls(someone.page()) == WORDS - {"whatsapp"}


def test_roles_that_see_users_masked_have_no_way(someone: Someone, log_in: LogIn) -> None:
    someone.known().started(InquiryState.HELD)
    for role in (Role.VIEWER, Role.AUDITOR):
        someone.support = log_in(role)
        assert controls(someone.page()) == set()
        assert INQUIRY not in someone.page().text
        someone.card(status=403)


def test_a_card_has_the_first_name_and_the_link_and_nothing_else(someone: Someone) -> None:
    someone.known(name="Ximena Soto Albornoz").started(InquiryState.HELD)
    someone.simulator.clear_requests()
    page = someone.card()
    assert someone.simulator.requests() == []
    card = page.text.split('class="paper"')[1].split("</article>")[0]
    assert LINK in unescape(card)
    assert "Ximena" in card
    for word in ("Soto", "Albornoz", "ximena+kyc", PHONE, str(someone.id)):
        assert word not in card
    for word in ("Soto", "Albornoz", "ximena+kyc", PHONE):
        assert word not in page.text


@pytest.mark.parametrize(
    ("say", "words", "until"),
    [
        ("es", "Ximena, verifica tu identidad", "El enlace debería funcionar hasta el "),
        ("en", "Ximena, please verify your identity", "The link should work until "),
        ("pt", "Ximena, verifica tu identidad", "El enlace debería funcionar hasta el "),
    ],
)
def test_a_card_speaks_the_user_s_language_or_the_chosen_one(
    someone: Someone, say: str, words: str, until: str
) -> None:
    someone.known().started(InquiryState.HELD)
    page = someone.card(say).words
    assert words in re.sub("[\u2068\u2069]", "", page)
    assert until in page


def test_the_card_of_an_old_link_says_so(someone: Someone) -> None:
    someone.known().started(InquiryState.HELD, 30)
    assert "The link may have expired." in someone.card("en").words


@pytest.mark.parametrize("name", ["", "https://evil.example x", "X"])
def test_a_card_without_a_first_name_greets_no_one(someone: Someone, name: str) -> None:
    someone.known(name=name).started(InquiryState.HELD)
    page = someone.card("en")
    assert "Please verify your identity" in page.words
    assert "evil" not in page.text


def test_a_user_whom_we_never_saw_has_no_card(someone: Someone) -> None:
    someone.support.get(f"/users/{UUID(int=7)}/card", status=404)
