"""Places on the network at which no server is."""

import socket
from time import monotonic

import pytest


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_the_resolver(host: str) -> None:
    """Ask until the machine's resolver answers well within the time that a call gives it."""
    for _ in range(20):
        asked_at = monotonic()
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo(host, 443)
        if monotonic() - asked_at < 0.5:
            return
    raise AssertionError("the resolver of this machine takes too long")
