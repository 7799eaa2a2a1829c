"""Which pair is in use after a restart with another environment, or another secret key."""

import secrets

import pytest

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.people import Hire, LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.views.credentials.test_credentials import PAGE, add, numbers_used, rotate, step


@pytest.fixture
def admin(log_in: LogIn) -> Visitor:
    return log_in(Role.ADMIN)


def started_again(settings: dict[str, str], hire: Hire, **changed: str) -> Visitor:
    """Return an admin of an application that was started with other settings."""
    visitor = Visitor(create_app(load_config(None, **{**settings, **changed})))
    visitor.log_in(*hire(Role.ADMIN))
    return visitor


def test_what_was_switched_to_wins_over_the_environment_after_a_restart(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, _ = rotate(admin, simulator)
    again = started_again(settings, hire)
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [number]
    assert "It isn’t used" in again.get(PAGE).words


def test_a_pair_that_is_refused_too_does_not_hide_the_next_one(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    first, _ = rotate(admin, simulator)
    second, _ = rotate(admin, simulator, 3)
    number, pair = simulator.generate_keys()
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    simulator.revoke_keys(first)
    simulator.revoke_keys(second)
    simulator.clear_requests()
    again.get("/users")
    again.get("/users")
    assert numbers_used(simulator) == [None, None, number, number]


def test_the_environment_s_pair_is_known_again_when_it_is_the_one_in_use(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    _, pair = rotate(admin, simulator)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    page = again.get(PAGE).words
    assert "It isn’t used" not in page
    assert "The server’s environment" in page
    assert "We can’t decrypt this key pair." in page  # the old one has left the environment
    marked = again.get(PAGE).text.split('aria-current="step"')[1]
    assert marked.partition('id="')[2].startswith("old-title")


def test_a_new_pair_that_the_environment_has_by_now_does_not_wait_any_more(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, pair = simulator.generate_keys()
    add(admin, pair)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    another, _ = rotate(again, simulator, 2)
    simulator.revoke_keys(another)
    assert "There’s another new key pair" not in add(again, simulator.second).words
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [None, number]


KEYS = (secrets.token_urlsafe(48), secrets.token_urlsafe(48))


def test_a_rotated_secret_key_opens_by_its_fallback_and_the_new_one_seals(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, _ = rotate(admin, simulator)
    old = settings["DASHBOARD_SECRET_KEY"]
    new = {"DASHBOARD_SECRET_KEY": KEYS[0]}
    started_again(settings, hire, **new, DASHBOARD_SECRET_KEY_FALLBACKS=old)
    again = started_again(settings, hire, **new)  # the old key is not needed any more
    simulator.clear_requests()
    again.get("/users")
    admin.get("/users")  # of a worker that was started before, and has only the old key
    assert numbers_used(simulator) == [number, number]


def test_a_pair_that_cannot_be_opened_gives_way_to_the_environment_s_with_an_alarm(
    admin: Visitor,
    simulator: RunningSimulator,
    settings: dict[str, str],
    hire: Hire,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rotate(admin, simulator)
    again = started_again(settings, hire, DASHBOARD_SECRET_KEY=KEYS[1])
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [simulator.key_number(simulator.first)]
    assert "can’t decrypt" in again.get("/").words
    page = again.get(PAGE).words
    assert "DASHBOARD_SECRET_KEY_FALLBACKS" in page
    assert "In use until" not in page
    assert capsys.readouterr().err.count("credentials_unreadable") == 1


def test_a_pair_that_cannot_be_opened_is_added_again(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    number, pair = rotate(admin, simulator)
    again = started_again(settings, hire, DASHBOARD_SECRET_KEY=KEYS[1])
    add(again, pair)
    step(again, "prove", 3)
    step(again, "switch", 3)
    simulator.clear_requests()
    again.get("/users")
    assert numbers_used(simulator) == [number]
    page = again.get(PAGE).words
    assert "can’t decrypt" not in page
    assert page.count(f"…{pair.api_key[-4:]}") == 1


def test_a_pair_that_has_left_the_environment_is_added_again(
    admin: Visitor, simulator: RunningSimulator, settings: dict[str, str], hire: Hire
) -> None:
    _, pair = rotate(admin, simulator)
    again = started_again(
        settings, hire, PARTNER_API_KEY=pair.api_key, PARTNER_API_SECRET=pair.api_secret
    )
    add(again, simulator.first)
    page = again.get(PAGE).words
    assert "Test key pair" in page
    assert "can’t decrypt" not in page
