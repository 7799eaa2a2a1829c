"""kill -9 around an email to a user: it is recorded before it is sent, and never sent again."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import select

from dashboard.store.db.database import Database
from dashboard.store.schema import contacts
from tests.faults.support.workers import Workers
from tests.support.pages import audit_log
from tests.support.servers.mail_server import Inbox, serve_user_mail
from tests.support.servers.simulator_process import RunningSimulator

GIVEN_UP_S = 61


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: dict[str, str], inbox: Inbox) -> Iterator[dict[str, str]]:
    with serve_user_mail(inbox) as mail:
        yield settings | mail


@pytest.mark.long
@pytest.mark.parametrize(("point", "mails"), [("before the mail", 0), ("after the mail", 1)])
def test_a_worker_that_dies_sends_no_second_email(
    workers: Workers,
    simulator: RunningSimulator,
    database: Database,
    inbox: Inbox,
    point: str,
    mails: int,
) -> None:
    user = next(user for user in simulator.users() if user["status"] == "pending")
    path = f"/users/{user['id']}/mail"
    sent = opened(workers, path)
    assert workers.post(path, sent, point=point).killed
    assert len(inbox.messages) == mails
    assert log(database) == (["attempted"], ["email_unconfirmed"])
    told = workers.post(path, sent, restart=True)
    assert told.status == 409
    assert "Still processing" in told.text
    assert workers.post(path, sent, restart=True, later_s=GIVEN_UP_S).status == 303
    assert len(inbox.messages) == mails
    assert log(database) == (["attempted", "unknown"], ["email_unconfirmed"])


def opened(workers: Workers, path: str) -> dict[str, str]:
    form = workers.get(path).text.split('id="form"')[1]
    found = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', form))
    fields = {name: unescape(found[name]) for name in ("intent", "language", "situation")}
    return fields | {"subject": "Hello", "body": "Hello again"}


def log(database: Database) -> tuple[list[str], list[str]]:
    outcomes = [row.outcome for row in audit_log.entries(database, "contacts:mail")]
    kinds = select(contacts.c.kind).order_by(contacts.c.id)
    with database.read() as connection:
        return outcomes, list(connection.execute(kinds).scalars())
