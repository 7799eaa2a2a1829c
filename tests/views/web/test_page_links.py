"""Links within a page: each leads somewhere, in every state of a list."""

import re

import pytest
from flask import Flask

from dashboard.services.permissions import Role
from tests.support.people import LogIn
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.walking import UNSAFE, walk

EMPTY = (
    "/users?q=zzzz%40example.com",
    "/users?page=99",
    "/users?status=banned&country=AR",
    "/kyc?lane=became_active",
)


@pytest.mark.parametrize("fault", [None, 503])
def test_every_link_within_a_page_leads_somewhere(
    app: Flask, log_in: LogIn, simulator: RunningSimulator, fault: int | None
) -> None:
    admin = log_in(Role.ADMIN, Role.ISSUER)
    admin.get("/users")
    simulator.set_faults([{"status": fault}] if fault else [])
    paths = [step.path for step in walk(app) if step.method not in UNSAFE]
    dead = {}
    checked = 0
    for path in [*paths, *EMPTY]:
        answer = admin.http.get(path)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        links = set(re.findall(r'href="#([^"]+)"', answer.text))
        checked += len(links)
        if missing := links - set(re.findall(r'\sid="([^"]+)"', answer.text)):
            dead[path] = missing
    assert not dead
    assert checked > 2 * len(EMPTY)
