"""Single sign-on in Chromium, against oidc-provider-mock: a provider that is not ours.

It is on another site (127.0.0.1 is not localhost), as any provider is: what is shown here is
which cookies a browser brings along.
"""

import contextlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import sessions
from dashboard.store.staff import members as staff
from tests.browser.support.stage import PATIENCE_MS
from tests.support import databases
from tests.support.clock import PATIENCE_S
from tests.support.servers.dashboard_process import free_port, serve, wait_for
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a provider that asks for no password."""
    port = free_port()
    log = tmp_path_factory.mktemp("provider") / "provider.log"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)  # noqa: S603  ours, no shell
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/.well-known/openid-configuration", log)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def dashboard(
    simulator_process: RunningSimulator,
    migrated: Path,
    provider: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Database]]:
    """A dashboard that knows the provider, two workers as always."""
    folder = tmp_path_factory.mktemp("server")
    databases.fill(migrated, folder)
    settings = {
        **safe_settings(folder, simulator_process),
        "OIDC_ISSUER": provider,
        "OIDC_CLIENT_ID": "dashboard",
        "OIDC_CLIENT_SECRET": secrets.token_urlsafe(16),
        "OIDC_NAME": "Acme account",
        "OIDC_ROLES": "Support desk=support, Platform=admin",
        "STEP_UP": "1",
        "WEB_THREADS": "4",
    }
    database = Database(settings["DATABASE_URL"])
    with serve(folder, settings) as (base_url, _):
        yield base_url, database
    database.close()


@pytest.fixture
def context(chromium: Browser, dashboard: tuple[str, Database]) -> Iterator[BrowserContext]:
    """A browser of its own; what it refuses for policy's sake fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(base_url=dashboard[0])
    context.set_default_timeout(PATIENCE_MS)
    context.on("console", lambda message: complaints.append(message.text))
    yield context
    context.close()
    assert not [text for text in complaints if "Content Security Policy" in text]


@pytest.fixture
def employee(provider: str) -> str:
    """A person known to the provider; return its name for them."""
    subject = secrets.token_hex(4)
    claims = {
        "email": f"{subject}@example.com",
        "email_verified": True,
        "name": "Ana Martins",
        "groups": ["Support desk", "Football"],
    }
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=PATIENCE_S).raise_for_status()
    return subject


@contextlib.contextmanager
def another_site(body: str) -> Iterator[str]:
    """Serve one page of another site; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/chat"
    finally:
        server.shutdown()
        server.server_close()


def log_in(page: Page, subject: str) -> None:
    """Go to the provider, be let in, and come back."""
    page.get_by_role("button", name="Acme account").click()
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_somebody_new_logs_in_and_lands_on_the_page_they_wanted(
    context: BrowserContext, employee: str, dashboard: tuple[str, Database]
) -> None:
    page = context.new_page()
    page.goto("/users?status=pending")
    log_in(page, employee)
    page.wait_for_url("**/users?status=pending")
    expect(page.get_by_role("heading", level=1)).to_have_text("Users")
    names = {cookie["name"]: cookie for cookie in context.cookies()}
    assert names["__Host-dashboard-local"]["sameSite"] == "Strict"
    assert "__Host-dashboard-local-sso" not in names
    with dashboard[1].read() as connection:
        member = staff.find(connection, f"{employee}@example.com")
    assert member is not None
    assert member.roles == {Role.SUPPORT}


def session_cookie(context: BrowserContext) -> str | None:
    found = {cookie.get("name"): cookie.get("value") for cookie in context.cookies()}
    return found.get("__Host-dashboard-local")


def test_a_link_on_another_site_opens_the_page_and_keeps_the_session(
    context: BrowserContext, employee: str, dashboard: tuple[str, Database]
) -> None:
    page = context.new_page()
    page.goto("/login")
    log_in(page, employee)
    page.wait_for_url(f"{dashboard[0]}/")
    cookie = session_cookie(context)
    for path, wanted in (("/users?status=pending", "/users?status=pending"), ("/login", "/")):
        with another_site(f'<a href="{dashboard[0]}{path}">see here</a>') as chat:
            page.goto(chat)
            page.get_by_role("link", name="see here").click()
            page.wait_for_url(dashboard[0] + wanted)
            expect(page.get_by_role("button", name="Log out")).to_be_attached()
            assert session_cookie(context) == cookie
            # Past the page in between, which is in no history.
            page.evaluate("setTimeout(() => history.back(), 50)")
            page.wait_for_url(chat, wait_until="commit")


def test_a_link_on_another_site_leads_whoever_is_logged_out_to_the_log_in(
    context: BrowserContext, dashboard: tuple[str, Database]
) -> None:
    page = context.new_page()
    with another_site(f'<a href="{dashboard[0]}/users?status=pending">see here</a>') as chat:
        page.goto(chat)
        page.get_by_role("link", name="see here").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
        assert "next=/users?status" in page.url.replace("%3F", "?").replace("%2F", "/")


def test_the_whole_way_without_javascript(
    chromium: Browser, employee: str, dashboard: tuple[str, Database]
) -> None:
    context = chromium.new_context(base_url=dashboard[0], java_script_enabled=False)
    page = context.new_page()
    page.goto("/users")
    log_in(page, employee)
    page.wait_for_url("**/users")
    context.close()


def test_whoever_is_not_let_in_there_is_told_so_here(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/users")
    page.get_by_role("button", name="Acme account").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "We couldn’t log you in with Acme account"
    )
    page.get_by_role("link", name="Back to log-in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_confirmation_comes_back_to_the_session_in_which_it_began(
    context: BrowserContext, employee: str, dashboard: tuple[str, Database]
) -> None:
    page = context.new_page()
    page.goto("/users")
    log_in(page, employee)
    page.wait_for_url("**/users")
    before = session_cookie(context)
    with dashboard[1].write() as connection:
        connection.execute(update(sessions).values(confirmed_at=None))
    page.goto("/confirm?next=/users?status=pending")
    log_in(page, employee)
    page.wait_for_url("**/users?status=pending")
    assert session_cookie(context) != before
    with dashboard[1].read() as connection:
        confirmed = connection.execute(select(sessions.c.confirmed_at, sessions.c.method)).all()
    assert [row.method for row in confirmed if row.confirmed_at] == ["sso"]
