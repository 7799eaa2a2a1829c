"""A real SMTP server, and a person of support at the email of a pending user."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import contacts
from tests.support.browsing import Page, Visitor
from tests.support.pages import audit_log
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator

FROM = "Andes Pay <help@andes.example>"


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
    url = f"smtp://127.0.0.1:{port}"
    return settings | {"MAIL_URL": url, "MAIL_FROM": "d@example.com", "USER_MAIL_FROM": FROM}


class Desk:
    """A person of support at the email of a pending user."""

    def __init__(self, support: Visitor, simulator: RunningSimulator, database: Database) -> None:
        self.support = support
        self.simulator = simulator
        self.database = database
        self.user = next(user for user in simulator.users() if user["status"] == "pending")
        self.path = f"/users/{self.user['id']}/mail"

    def open(self, visitor: Visitor | None = None) -> dict[str, str]:
        """Open the preview; return its fields."""
        return fields((visitor or self.support).get(self.path))

    def send(self, sent: dict[str, str], *, status: int = 303) -> Page:
        return self.support.post(self.path, sent, status=status)

    def page(self) -> Page:
        return self.support.get(f"/users/{self.user['id']}")

    def kinds(self) -> list[str]:
        kinds = select(contacts.c.kind).order_by(contacts.c.id)
        with self.database.read() as connection:
            return list(connection.execute(kinds).scalars())

    def outcomes(self) -> list[str]:
        return [row.outcome for row in audit_log.entries(self.database, "contacts:mail")]


@pytest.fixture
def desk(support: Visitor, simulator: RunningSimulator, database: Database) -> Desk:
    return Desk(support, simulator, database)


def fields(page: Page) -> dict[str, str]:
    form = page.text.split('id="form"')[1].split("</form>")[0]
    found = dict(re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', form))
    found["body"] = form.split("<textarea")[1].split(">", 1)[1].split("</textarea>")[0]
    return {name: unescape(value) for name, value in found.items() if name != "csrf_token"}


def body_of(inbox: Inbox) -> str:
    (message,) = inbox.messages
    return str(message.get_content()).replace("\r\n", "\n")
