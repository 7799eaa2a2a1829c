"""The email about users handed over: at most once a day, through a real server."""

from collections.abc import Iterator
from typing import cast

import pytest
from flask import Flask

from dashboard.config.settings import Config
from dashboard.services.registry import Services
from dashboard.worker import MaintenanceWorker
from tests.support.browsing import Visitor
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.owners.conftest import Case

DIEGO = "diego@example.org"


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with serve_mail(inbox) as port:
        mail = {"MAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "dashboard@example.com"}
        yield {**settings, **mail}


@pytest.fixture
def worker(app: Flask, case: Case, config: Config) -> MaintenanceWorker:
    services = cast("Services", app.extensions["services"])
    return MaintenanceWorker(services, case.clock, config.address)


def choose(who: Visitor, switch: str, language: str = "") -> None:
    who.post("/account", {"name": "Diego", "language": language, "hand_over_mail": switch})


def give(case: Case, user_id: str) -> None:
    case.ana.get(f"/users/{user_id}")
    case.ana.post(f"/users/{user_id}/owner", {"owner": DIEGO, "seen": "", "note": "Yours now"})


def test_who_wants_it_is_told_how_many_once_a_day(
    case: Case, worker: MaintenanceWorker, inbox: Inbox, simulator: RunningSimulator
) -> None:
    users = [user["id"] for user in simulator.users()[:3]]
    choose(case.diego, "on")
    give(case, users[0])
    give(case, users[1])
    worker.run_once()
    worker.run_once()
    (mail,) = inbox.messages
    assert inbox.recipients == [DIEGO]
    assert mail["Subject"] == "2 users were handed over to you"
    text = str(mail.get_content())
    assert "/kyc?owner=me" in text
    emails = [user["email"] for user in simulator.users()]
    assert not any(each in text for each in (*users, *emails, "Yours now"))
    give(case, users[2])
    worker.run_once()
    assert len(inbox.messages) == 1
    case.later(25)
    worker.run_once()
    assert [each["Subject"] for each in inbox.messages][1:] == ["3 users were handed over to you"]
    case.later(25)
    worker.run_once()
    assert len(inbox.messages) == 2


def test_no_one_is_told_who_did_not_ask_or_has_opened_the_user(
    case: Case, worker: MaintenanceWorker, inbox: Inbox
) -> None:
    give(case, case.id)
    worker.run_once()
    case.card(case.diego)
    choose(case.diego, "on")
    worker.run_once()
    assert inbox.messages == []


def test_it_is_in_the_language_of_who_gets_it(
    case: Case, worker: MaintenanceWorker, inbox: Inbox
) -> None:
    choose(case.diego, "on", "es")
    give(case, case.id)
    worker.run_once()
    assert inbox.messages[0]["Subject"] == "Te traspasaron 1 usuario"


def test_a_mail_that_the_server_refuses_is_not_sent_again(
    case: Case, worker: MaintenanceWorker, inbox: Inbox
) -> None:
    choose(case.diego, "on")
    give(case, case.id)
    inbox.refuses = "550 no such mailbox"
    worker.run_once()
    inbox.refuses = None
    worker.run_once()
    assert inbox.messages == []
