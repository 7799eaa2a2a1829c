"""Where it is asked again who somebody is: in production always, elsewhere by setting."""

import pytest

from dashboard.services.roles import Role
from tests.conftest import LogIn, TestClock

WHERE = [("production", "0", 303), ("local", "1", 303), ("local", "0", 200), ("sandbox", "0", 200)]


@pytest.fixture(params=WHERE, ids=lambda each: f"{each[0]} {each[1]}")
def where(request: pytest.FixtureRequest) -> tuple[str, str, int]:
    """An environment, the setting, and the answer to who has been there for six minutes."""
    environment, step_up, status = request.param
    return environment, step_up, status


@pytest.fixture
def settings(settings: dict[str, str], where: tuple[str, str, int]) -> dict[str, str]:
    return {**settings, "DASHBOARD_ENVIRONMENT": where[0], "STEP_UP": where[1]}


def test_production_always_asks_and_others_by_setting(
    log_in: LogIn, clock: TestClock, where: tuple[str, str, int]
) -> None:
    admin = log_in(Role.ADMIN)
    admin.get("/tokens/privy")
    clock.advance(minutes=6)
    page = admin.get("/tokens/privy", status=where[2])
    assert ("/confirm" in page.headers.get("Location", "")) == (where[2] == 303)
    hint = "asks who you are" in admin.get("/staff/new").words
    assert hint == (where[2] == 303)
