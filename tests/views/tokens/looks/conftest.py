"""Someone who may look, and someone to look at."""

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def issuer(log_in: LogIn) -> Visitor:
    return log_in(Role.ISSUER, Role.AUDITOR)


@pytest.fixture
def user_id(simulator: RunningSimulator) -> str:
    return next(str(user["id"]) for user in simulator.users() if user["status"] == "active")


@pytest.fixture
def path(user_id: str) -> str:
    return f"/users/{user_id}/look"
