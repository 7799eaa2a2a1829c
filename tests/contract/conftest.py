"""The upstream of the contract suite: the simulator in one of its shapes, or a real server."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import OpenGate
from tests.support.servers.simulator_process import RunningSimulator

RIVALS: dict[str, list[object]] = {
    "list_items": ["data.items", "users", "items", "data", "body"],
    "list_counters": ["top", "pagination", "meta", "none"],
    "list_names": ["totalItems"],
    "list_paging": ["cursor"],
    "error_body": ["nest", "nest_list", "message", "errors", "html", "empty"],
    "created_status": [200],
    "duplicate_status": [400],
    "kyc_status": [201],
    "bad_uuid_status": [404],
}
# The assumed shape, and every value of every rival on its own.
SHAPES: dict[str, Mapping[str, object]] = {
    "assumed": {},
    **{f"{name} {value}": {name: value} for name, values in RIVALS.items() for value in values},
}
REAL = os.environ.get("CONTRACT_BASE_URL", "")


@dataclass(frozen=True)
class Upstream:
    """A server to hold against the contract. `writes`: whether it may be written to."""

    base_url: str
    credentials: Credentials
    writes: bool

    def client(self, credentials: Credentials | None = None) -> PartnerClient:
        return PartnerClient(
            self.base_url,
            OpenGate(credentials or self.credentials),
            clock=lambda: datetime.now(UTC),
        )


@dataclass(frozen=True)
class Controls:
    """The simulator's controls."""

    base_url: str

    def put(self, name: str, body: object) -> None:
        self._call("PUT", name, body)

    def post(self, name: str, body: object) -> None:
        self._call("POST", name, body)

    def get(self, name: str) -> Any:  # noqa: ANN401 - parsed JSON
        return self._call("GET", name, None)

    def logged(self, method: str, path: str) -> int:
        """Count the requests that came for a path below the prefix."""
        return sum(
            (each["method"], each["path"]) == (method, f"/api/v1/partner{path}")
            for each in self.get("requests")["requests"]
        )

    def _call(self, verb: str, name: str, body: object) -> Any:  # noqa: ANN401 - parsed JSON
        url = f"{self.base_url}/_simulator/{name}"
        with requests.request(verb, url, json=body, timeout=10) as response:
            response.raise_for_status()
            return response.json() if response.content else None


def upstream_of(simulator: RunningSimulator) -> Upstream:
    pair = simulator.first
    return Upstream(simulator.base_url, Credentials(pair.api_key, pair.api_secret), writes=True)


@pytest.fixture
def controls(simulator: RunningSimulator) -> Controls:
    if REAL:
        pytest.skip("only the simulator can be told what to do")
    return Controls(simulator.base_url)


@pytest.fixture(params=["real"] if REAL else list(SHAPES))
def upstream(request: pytest.FixtureRequest) -> Upstream:
    if REAL:
        return Upstream(
            REAL,
            Credentials(os.environ["CONTRACT_API_KEY"], os.environ["CONTRACT_API_SECRET"]),
            writes=os.environ.get("CONTRACT_WRITES") == "1",
        )
    simulator: RunningSimulator = request.getfixturevalue("simulator")
    Controls(simulator.base_url).put("rivals", dict(SHAPES[request.param]))
    return upstream_of(simulator)


@pytest.fixture
def writable(upstream: Upstream) -> Upstream:
    if not upstream.writes:
        pytest.skip("CONTRACT_WRITES=1 lets this write to a real server")
    return upstream
