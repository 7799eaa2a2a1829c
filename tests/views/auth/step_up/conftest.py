"""Where dangerous actions ask again who it is, and an admin who does them."""

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.confirming import user
from tests.support.people import Hire
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return {**settings, "STEP_UP": "1"}


@pytest.fixture
def known(hire: Hire) -> tuple[str, str]:
    """An admin's email and password."""
    return hire(Role.ADMIN)


@pytest.fixture
def admin(app: Flask, known: tuple[str, str]) -> Visitor:
    visitor = Visitor(app)
    visitor.log_in(*known)
    return visitor


@pytest.fixture
def tokens(simulator: RunningSimulator) -> str:
    """The token form of an active user."""
    return f"/users/{user(simulator, 'active')}/tokens"
