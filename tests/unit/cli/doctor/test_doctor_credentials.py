"""The doctor and the API credentials: which pair it asks with, and when it makes no call."""

import secrets

import pytest
from flask import Flask

from dashboard.partner.credentials import Credentials
from dashboard.services.actors import Actor
from dashboard.services.credentials.rotation import Rotation
from dashboard.simulator import KeyPair
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.doctor.test_doctor import Doctor, complaints
from tests.unit.cli.doctor.test_doctor import doctor as doctor  # noqa: PLC0414  a fixture
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long


def rotate(app: Flask, pair: KeyPair) -> None:
    rotation: Rotation = app.extensions["services"].credentials.rotation
    rotation.add(Credentials(pair.api_key, pair.api_secret), Actor(1))
    rotation.verify(1, Actor(1))
    rotation.switch(1, Actor(1))


def test_it_asks_with_the_pair_in_use_and_says_that_the_environment_s_is_not(
    doctor: Doctor, app: Flask, simulator: RunningSimulator
) -> None:
    assert "from the environment" in doctor().stdout
    number, pair = simulator.generate_keys()
    rotate(app, pair)
    simulator.clear_requests()
    done = doctor()
    assert (done.returncode, complaints(done)) == (0, [])
    assert f"…{pair.api_key[-4:]}, stored here" in done.stdout
    assert f"another key pair, qash_key_live_…{simulator.first.api_key[-4:]}" in done.stdout
    assert {call.pair for call in simulator.requests()} == {number}
    assert pair.api_secret not in done.stdout


def test_it_asks_nobody_while_frozen(
    doctor: Doctor, app: Flask, simulator: RunningSimulator
) -> None:
    app.extensions["services"].credentials.freeze.freeze("a leak", Actor(1))
    done = doctor()
    assert (done.returncode, complaints(done)) == (2, ["freeze"])
    assert "credentials resume" in done.stdout
    assert simulator.requests() == []


def test_it_tells_a_pair_that_cannot_be_opened_and_one_that_fell_back(
    doctor: Doctor, app: Flask, simulator: RunningSimulator
) -> None:
    _, pair = simulator.generate_keys()
    rotate(app, pair)
    done = doctor(DASHBOARD_SECRET_KEY=secrets.token_urlsafe(48))
    assert (done.returncode, complaints(done)) == (2, ["pair in use"])
    assert "DASHBOARD_SECRET_KEY_FALLBACKS" in done.stdout
    credentials = app.extensions["services"].credentials.active
    refused = credentials.current()
    credentials.fall_back([refused], *credentials.find_others([refused]))
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["pair in use"])
