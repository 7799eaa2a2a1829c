"""T-A18: no answer, no variable and no file makes us send the secret to another host."""

import re
from pathlib import Path

import pytest

from dashboard.services.permissions import Role
from tests.faults.conftest import evil as evil  # noqa: PLC0414  a fixture
from tests.faults.support.fault_server import FaultServer
from tests.support.pages.forms import KYC, TOKEN, registration, send
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator


@pytest.fixture
def led_astray(evil: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FaultServer:
    """The environment of a process that is lured to another host."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, evil.origin)
        monkeypatch.setenv(name.lower(), evil.origin)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login ana password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    return evil


def test_no_page_and_no_write_follows_a_redirect_or_a_proxy(
    led_astray: FaultServer, log_in: LogIn, simulator: RunningSimulator
) -> None:
    admin = log_in(Role.ADMIN)
    people = {status: user["id"] for user in simulator.users() if (status := user["status"])}
    active, pending = people["active"], people["pending"]
    simulator.set_faults([{"redirect": led_astray.origin}])
    for path in ("/users", f"/users/{active}", "/overview/counts/active"):
        admin.http.get(path)
    simulator.set_faults([{"redirect": led_astray.origin, "method": "POST"}])
    send(admin, "/users", registration(), status=502)
    send(admin, f"/users/{pending}/kyc", KYC, status=303)
    send(admin, f"/users/{active}/tokens", TOKEN, status=502)
    assert led_astray.connections == 0
    calls = simulator.requests()
    assert sum(call.method == "POST" for call in calls) == 3
    assert all("authorization" not in call.headers for call in calls)
    assert all(not re.search("proxy", " ".join(call.headers)) for call in calls)
