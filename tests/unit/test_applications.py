"""The pages that the tests of a process share are as they were made in each test."""

import pytest
from flask import Flask

from dashboard.config.settings import Config
from tests.support.clock import TestClock
from tests.support.quick import Applications


def test_what_a_test_breaks_is_whole_in_the_next(
    app: Flask, applications: Applications, config: Config, clock: TestClock
) -> None:
    services, alive = app.extensions["services"], app.test_client().get("/healthz").text
    app.view_functions["health.alive"] = lambda: "broken"
    assert app.test_client().get("/healthz").text == "broken"
    app.wsgi_app = lambda _environ, _start: [b""]  # type: ignore[method-assign,assignment]  # Flask's way
    again = applications.furnished(config, clock)
    assert again.test_client().get("/healthz").text == alive
    assert again.extensions["services"] is not services


def test_no_test_adds_a_route_to_them(app: Flask) -> None:
    with pytest.raises(AssertionError, match="can no longer be called"):
        app.add_url_rule("/more", "more", lambda: "")


def test_one_that_is_measured_has_pages_of_its_own(
    app: Flask, applications: Applications, config: Config, clock: TestClock
) -> None:
    measured = config.model_copy(update={"metrics_port": 9400})
    assert applications.furnished(measured, clock) is not app
    assert applications.furnished(config, clock) is app
