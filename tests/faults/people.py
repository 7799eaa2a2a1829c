"""People with browsers of their own, at a dashboard that runs in processes of its own."""

import re
import secrets
from dataclasses import dataclass

import requests

from dashboard.app import now
from dashboard.keyring import Purpose
from dashboard.services.roles import Role
from dashboard.services.staff import Staff
from dashboard.store.audit import Chain
from tests.dashboard_process import Server
from tests.faults.campaign import INTENT

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Browser:
    """A person's cookies; every answer comes over a connection of its own."""

    base_url: str
    cookies: str
    csrf: str

    def get(self, path: str) -> requests.Response:
        return requests.get(self.base_url + path, headers={"Cookie": self.cookies}, timeout=20)

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        return requests.post(
            self.base_url + path,
            {**fields, "csrf_token": self.csrf},
            headers={"Cookie": self.cookies},
            timeout=30,
            allow_redirects=False,
        )


def chain_of(served: Server) -> Chain:
    return Chain(served.config.keyring.keys(Purpose.CHAIN), served.config.environment)


def log_in(served: Server, role: Role) -> Browser:
    email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
    Staff(served.database, chain_of(served), now).add(email, "Ana Martins", password, [role])
    gate = requests.get(f"{served.base_url}/login", timeout=20)
    before = Browser(served.base_url, cookies_of(gate), csrf_of(gate))
    entered = before.post("/login", {"email": email, "password": password, "next": ""})
    assert entered.status_code == 303
    inside = Browser(served.base_url, cookies_of(entered), "")
    return Browser(served.base_url, inside.cookies, csrf_of(inside.get("/account")))


def cookies_of(answer: requests.Response) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in answer.cookies)


def csrf_of(answer: requests.Response) -> str:
    found = CSRF.search(answer.text)
    assert found
    return found[1]


def form_at(browser: Browser, page: str, fields: dict[str, str]) -> dict[str, str]:
    found = INTENT.search(browser.get(page).text)
    assert found
    return {**fields, "intent": found[1]}
