"""Someone who registers users, and the worker that runs their jobs."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.pages.jobs import JobWorker, worker_of
from tests.support.people import LogIn


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


@pytest.fixture
def worker(app: Flask, clock: TestClock) -> JobWorker:
    return worker_of(app, clock)


@pytest.fixture
def kyc(log_in: LogIn) -> Visitor:
    return log_in(Role.KYC)


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)
