"""Emails of several people and processes at the same moment: one limit, one email per form."""

import threading
from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from uuid import UUID, uuid4

import pytest

from dashboard.config.settings import Config
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import Succeeded
from dashboard.services.contacts.mail import Letter, Mailed, MailLimitReached
from dashboard.services.permissions import Role
from dashboard.services.registry import Services
from dashboard.services.staff.manage import Staff
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.support.servers.mail_server import Inbox, serve_user_mail

MOST = 3


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with serve_user_mail(inbox) as mail:
        yield settings | mail | {"USER_MAILS_PER_HOUR": str(MOST)}


@pytest.fixture
def processes(config: Config, database: Database, staff: Staff) -> Iterator[list[Services]]:
    """Services as two processes have them: each with connections of its own."""
    staff.add("ana@example.com", "Ana", token_urlsafe(16), [Role.SUPPORT])
    assert database
    others = [Database(config.database_url) for _ in range(2)]
    yield [build_services(config, other) for other in others]
    for other in others:
        other.close()


def letter(number: int) -> Letter:
    return Letter(f"u{number}@example.com", "Hello", "Hello again\n", "en", "not_started")


def intent(user_id: UUID, nonce: str) -> Intent:
    return Intent(1, Action.CONTACTS_MAIL, user_id, nonce, "u@example.com")


def together(sends: list[Callable[[], Mailed]]) -> list[Mailed]:
    """Call all of these at the same moment; return what each gave."""
    results: list[Mailed] = []
    start = threading.Barrier(len(sends))

    def run(send: Callable[[], Mailed]) -> None:
        start.wait()
        results.append(send())

    threads = [threading.Thread(target=run, args=(send,)) for send in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.on_postgres
def test_two_processes_share_one_limit(processes: list[Services], inbox: Inbox) -> None:
    def send(number: int) -> Callable[[], Mailed]:
        mail = processes[number % 2].contacts.mail
        return lambda: mail.send(intent(uuid4(), f"n{number}"), letter(number), Actor(1))

    results = together([send(number) for number in range(8)])
    assert sum(isinstance(each, Succeeded) for each in results) == MOST
    assert sum(isinstance(each, MailLimitReached) for each in results) == 8 - MOST
    assert len(inbox.messages) == MOST


@pytest.mark.on_postgres
def test_one_form_in_two_processes_is_one_email(processes: list[Services], inbox: Inbox) -> None:
    form = intent(uuid4(), "once")

    def send(process: Services) -> Callable[[], Mailed]:
        return lambda: process.contacts.mail.send(form, letter(1), Actor(1))

    results = together([send(process) for process in processes])
    assert sum(isinstance(each, Succeeded) for each in results) == 1
    assert len(inbox.messages) == 1
