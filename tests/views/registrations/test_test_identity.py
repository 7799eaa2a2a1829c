"""A test identity: made up, and the same in every form."""

import re

import pytest

from dashboard.services.permissions import Role
from dashboard.services.registrations.sample_identity import is_sample
from tests.support.browsing import Visitor
from tests.support.pages.forms import registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def onboarding(log_in: LogIn) -> Visitor:
    return log_in(Role.ONBOARDING)


def test_a_test_identity_is_obviously_invented_and_has_no_phone(onboarding: Visitor) -> None:
    page = onboarding.get("/users/new?identity=1&user_type=business")
    email = page.text.split('id="email"')[1].split('value="')[1].split('"')[0]
    assert email.startswith("qa+")
    assert email.endswith("@example.org")
    assert 'value="business" checked' in page.text
    assert "value=" not in page.text.split('id="phone"')[1].split(">")[0]
    assert onboarding.get("/users/new?identity=1").text != page.text


def test_a_test_identity_has_the_same_made_up_names_when_its_kyc_is_started(
    onboarding: Visitor, simulator: RunningSimulator
) -> None:
    form = registration(email="qa+123456@example.org")
    answer = send(onboarding, "/users", form, status=303)
    path = answer.headers["Location"]
    assert 'href="/users/new?identity=1&amp;user_type=personal"' in onboarding.get(path).text
    for _ in range(2):
        page = onboarding.get(f"{path}/kyc")
        assert "the names are fictional too" in page.words
        assert 'value="Gloria"' in page.text
        assert 'value="de Mentira"' in page.text
    other = [user for user in simulator.users() if user["status"] == "pending"][-1]
    assert "made up" not in onboarding.get(f"/users/{other['id']}/kyc").words


def test_the_form_names_the_identity_that_the_kyc_form_will_name(onboarding: Visitor) -> None:
    page = onboarding.fragment("/users/new?identity=1&user_type=business", "form")
    named = re.search(r"Test identity: (\w+) (de \w+)\.", page.words)
    assert named
    assert f"Filled in for {named[1]} {named[2]}" in page.text
    email = page.text.split('id="email"')[1].split('value="')[1].split('"')[0]
    answer = send(onboarding, "/users", registration(email=email), status=303)
    form = onboarding.get(f"{answer.headers['Location']}/kyc").text
    assert f'value="{named[1]}"' in form
    assert f'value="{named[2]}"' in form


def test_identities_have_different_names() -> None:
    people = [
        is_sample(f"qa+{number}@example.org", "qa+{n}@example.org")
        for number in range(100_000, 100_070)
    ]
    assert len({person.full_name for person in people if person}) == 70
