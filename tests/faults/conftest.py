from collections.abc import Iterator

import pytest

from tests.faults.support.fault_server import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def evil() -> Iterator[FaultServer]:
    """Another host, to which nothing may ever go."""
    with FaultServer() as running:
        yield running
