"""A proxy that adds the client's port to its address gives no one a place of their own."""

import pytest
from flask import Flask

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from tests.support.browsing import Visitor
from tests.support.clock import TestClock
from tests.support.people import Hire


@pytest.fixture
def behind(settings: dict[str, str], database: Database, clock: TestClock) -> Flask:
    assert database
    return create_app(load_config(None, **settings, PROXIES="1"), clock)


@pytest.mark.parametrize("written", ["203.0.113.9:{}", "[2001:db8::9]:{}"])
def test_tries_from_one_address_count_together_whatever_the_port(
    behind: Flask, hire: Hire, written: str
) -> None:
    email, password = hire(Role.SUPPORT)
    for number in range(11):
        visitor = Visitor(behind)
        visitor.http.environ_base["HTTP_X_FORWARDED_FOR"] = written.format(50_000 + number)
        if number < 10:
            visitor.log_in(email, "not the password", status=422)
    visitor.log_in(email, password, status=429)
