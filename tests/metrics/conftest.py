"""An application that counts for its metrics."""

import pytest


@pytest.fixture
def settings(settings: dict[str, str]) -> dict[str, str]:
    return settings | {"METRICS_PORT": "9400"}  # nothing listens: gunicorn and the worker would
