"""One-time links by mail, where mail is set up. The link is on the page in any case."""

import re
from collections.abc import Iterator

import pytest

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.staff import members as staff_store
from tests.support.browsing import Page, Visitor
from tests.support.pages.factors import give_factors
from tests.support.pages.links import choose, link_in
from tests.support.people import Hire, LogIn
from tests.support.servers.dashboard_process import free_port
from tests.support.servers.mail_server import Inbox, serve_mail

BRUNO = {"email": "bruno@example.com", "name": "Bruno Costa", "roles": "support"}


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def mail_port(inbox: Inbox) -> Iterator[int]:
    with serve_mail(inbox) as port:
        yield port


@pytest.fixture
def settings(settings: dict[str, str], mail_port: int) -> dict[str, str]:
    return with_mail(settings, mail_port)


def with_mail(settings: dict[str, str], port: int) -> dict[str, str]:
    sender = {"MAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "dashboard@example.com"}
    return {**settings, **sender}


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def said(inbox: Inbox) -> str:
    """Return the text of the one mail there is."""
    (message,) = inbox.messages
    return str(message.get_content()).replace("\r\n", "\n")


def told(page: Page) -> str:
    return page.text.split('id="main"')[1]


def test_an_invitation_is_mailed_with_the_link_of_the_page(
    admin: Visitor, inbox: Inbox, visitor: Visitor
) -> None:
    assert "email them a one-time link" in admin.get("/staff/new").words
    page = admin.post("/staff", BRUNO, status=200)
    assert "Link emailed to bruno@example.com." in page.words
    assert "We didn’t send this link" not in page.words
    text, link = said(inbox), link_in(page)
    assert inbox.recipients == ["bruno@example.com"]
    assert f"\nhttp://localhost{link}\n" in text
    assert text.startswith("Hello Bruno Costa, you now have access to")
    assert re.search(r"It works once, until \d+ \w+( \d{4})?, \d\d:\d\d UTC:\n", text)
    choose(visitor, link, "a password of my own")


def test_a_name_is_written_as_it_is(admin: Visitor, inbox: Inbox) -> None:
    admin.post("/staff", {**BRUNO, "name": "Zoë O'Hara & <Co>"}, status=200)
    assert "Hello Zoë O'Hara & <Co>," in said(inbox)


def test_the_mail_speaks_the_person_s_language_and_a_newcomer_s_is_the_admin_s(
    admin: Visitor, hire: Hire, inbox: Inbox, database: Database
) -> None:
    hire(Role.SUPPORT, email="sofia@example.com")
    with database.write() as connection:
        staff_store.set_preferences(connection, 2, name="Sofía", language="es")
    admin.post("/staff/2/link", status=200)
    assert said(inbox).startswith("Hola, Sofía")
    assert re.search(r", hasta el \d+ \w+( \d{4})? a las \d\d:\d\d UTC:\n", said(inbox))
    inbox.messages.clear()
    with database.write() as connection:
        staff_store.set_preferences(connection, 1, name="Ana", language="es")
    admin.post("/staff", BRUNO, status=200)
    assert said(inbox).startswith("Hola, Bruno Costa")


def test_a_link_is_sent_again_and_a_reset_is_mailed_too(
    admin: Visitor, inbox: Inbox, database: Database
) -> None:
    first = link_in(admin.post("/staff", BRUNO, status=200))
    assert "Send a new link" in admin.get("/staff/2").words
    second = link_in(admin.post("/staff/2/link", status=200))
    give_factors(database, 2)
    third = link_in(admin.post("/staff/2/second-factors/reset", status=200))
    assert [
        link in str(message.get_content())
        for link, message in zip((first, second, third), inbox.messages, strict=True)
    ] == [True] * 3


def test_a_server_that_refuses_loses_nothing(
    admin: Visitor, inbox: Inbox, visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox.refuses = "550 no such person bruno@example.com"
    page = admin.post("/staff", BRUNO, status=200)
    assert "We couldn’t email this link." in page.words
    link = link_in(page)
    log = capsys.readouterr().err
    assert '"mail_failed"' in log
    assert not [
        word for word in ("bruno", link.removeprefix("/link/"), "no such person") if word in log
    ]
    choose(visitor, link, "a password of my own")


class TestDead:
    """No server listens where mail is handed in."""

    @pytest.fixture
    def mail_port(self) -> int:
        return free_port()

    def test_a_dead_server_loses_nothing(self, admin: Visitor, visitor: Visitor) -> None:
        page = admin.post("/staff", BRUNO, status=200)
        assert "We couldn’t email this link." in page.words
        choose(visitor, link_in(page), "a password of my own")


class TestOff:
    """Mail is not set up."""

    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in settings.items() if not name.startswith("MAIL_")}

    def test_there_is_no_word_of_mail(self, admin: Visitor, inbox: Inbox) -> None:
        pages = [admin.get("/staff/new"), admin.post("/staff", BRUNO, status=200)]
        pages += [admin.get("/staff/2"), admin.get("/staff")]
        for page in pages:
            words = told(page).lower()
            assert not [word for word in ("mailed", "send again", "send a link") if word in words]
        assert inbox.messages == []
