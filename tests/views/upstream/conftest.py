"""No time passes here: the breaker's pauses last 2 s, and a busy machine is slow."""

import pytest

from tests.support.clock import StillClock, TestClock


@pytest.fixture
def clock() -> TestClock:
    return StillClock()
