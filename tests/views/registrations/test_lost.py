"""A registration whose answer was lost, when the same email is typed again."""

import pytest

from dashboard.services.permissions import Role
from tests.support.browsing import Visitor
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator

LOST = [{"method": "POST", "reset": "after"}]


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


def test_a_duplicate_after_a_lost_answer_was_most_likely_our_own_attempt(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_rivals(list_order="oldest")  # so that one page settles nothing
    simulator.set_faults(LOST)
    fields = registration()
    send(onboarding, "/users", fields, status=502)
    simulator.set_faults([])
    same = {**fields, "email": fields["email"].upper(), "anyway": fields["email"]}
    page = send(onboarding, "/users", same, status=422)
    assert "This email is already registered, probably by our own attempt." in page.words
    assert "We got no response when Ana Martins tried to register it " in page.words
    assert "No changes were made." in page.words
    assert "possibly by another partner" not in page.words
    assert "Search for this email" in page.words


def test_a_duplicate_of_an_attempt_that_was_found_out_is_told_as_registered_from_here(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults(LOST)
    fields = registration()
    send(onboarding, "/users", fields, status=502)
    simulator.set_faults([])
    again = {**fields, "anyway": fields["email"]}
    page = send(onboarding, "/users", again, status=422)  # opening the form found it out
    assert "Ana Martins registered this email here " in page.words
    assert "No changes were made. View user" in page.words


def test_a_duplicate_of_somebody_else_is_not_put_down_to_us(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    simulator.set_faults(LOST)
    send(onboarding, "/users", registration(), status=502)
    simulator.set_faults([])
    taken = simulator.users(partner=2)[0]["email"]
    page = send(onboarding, "/users", registration(email=taken), status=422)
    assert "possibly by another partner" in page.words
    assert "by our own attempt" not in page.words
