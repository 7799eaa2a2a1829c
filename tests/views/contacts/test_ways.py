"""The ways to get a link or a message to a user: which are offered in which situation."""

import re
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import html5lib
import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.kyc.states import InquiryState
from tests.support.browsing import Page, Visitor
from tests.support.pages.someone import INQUIRY, LINK, PHONE, Someone
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

EVERY = "code,card,mail,mailto,whatsapp"


@pytest.fixture
def ways() -> str:
    return EVERY


@pytest.fixture
def settings(settings: dict[str, str], ways: str) -> dict[str, str]:
    mail = {"MAIL_URL": "smtp://127.0.0.1:1", "MAIL_FROM": "d@example.com"}
    return settings | mail | {"USER_MAIL_FROM": "help@example.com", "CONTACT_WAYS": ways}


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


def test_every_control_for_a_contact_says_whose_it_is(someone: Someone) -> None:
    someone.known().started(InquiryState.HELD)
    paths = ["", "/kyc", "/kyc/open", "/card"]
    pages = [someone.support.get(f"/users/{someone.id}{path}") for path in paths]
    pages.append(someone.support.get("/kyc"))
    someone.simulator.set_faults([{"status": 503}])
    pages.append(someone.support.get(f"/users/{someone.id}", status=503))
    for page in pages:
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        noted = tree.findall(".//*[@data-contact]")
        own = tree.findall(f".//*[@data-user='{someone.id}']")
        assert noted
        assert {*noted} <= {each for place in own for each in place.iter()}


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


@pytest.mark.parametrize(
    "email",
    ["v@example.com, e@evil.example", "g: v@example.com;", "v@example.com <e@evil.example>"],
)
def test_without_a_single_address_there_is_no_email(someone: Someone, email: str) -> None:
    someone.known(email=email)
    assert controls(someone.page()) == WORDS - {"mail", "mailto"}


def test_roles_that_see_users_masked_have_no_way(someone: Someone, log_in: LogIn) -> None:
    someone.known().started(InquiryState.HELD)
    for role in (Role.VIEWER, Role.AUDITOR):
        someone.support = log_in(role)
        assert controls(someone.page()) == set()
        assert INQUIRY not in someone.page().text
        someone.card(status=403)
