"""A real SMTP server, someone who may email many users, workers, and users with a link."""

from collections.abc import Iterator

import pytest
from flask import Flask

from dashboard.config.settings import Config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.wiring import build_services
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, worker_of
from tests.support.pages.many.sending import Waiting
from tests.support.people import LogIn
from tests.support.servers.mail_server import Inbox, serve_mail
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.contacts.mailing.conftest import with_mail


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


@pytest.fixture
def kyc(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC)


@pytest.fixture
def waiting(kyc: Visitor, simulator: RunningSimulator, database: Database) -> Waiting:
    """Give a maker of users; the first member of staff is there already."""
    assert kyc
    return Waiting(simulator, database)


@pytest.fixture
def worker(app: Flask, clock: TestClock) -> JobWorker:
    return worker_of(app, clock)


@pytest.fixture
def workers(
    worker: JobWorker, config: Config, database: Database, clock: TestClock
) -> list[JobWorker]:
    """Two workers, each with services of its own."""
    return [worker, JobWorker(build_services(config, database, clock), clock)]
