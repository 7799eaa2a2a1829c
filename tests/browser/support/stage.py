"""A real server (gunicorn, two workers) and a real Chromium, for every test that needs them.

A plugin, so that one Chromium serves all folders of tests: Playwright takes no second one.
"""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from dashboard.config.settings import Config, load_config
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.limits.table import LimitStorage
from dashboard.store.upstream import breakers
from dashboard.wiring import now
from tests.browser.support.install import NO_CHROMIUM, find_chromium
from tests.browser.support.leaks import look_over, watch_addresses
from tests.support import databases
from tests.support.canaries import Kind, canaries
from tests.support.http_visitor import CSRF
from tests.support.servers.dashboard_process import APP, serve
from tests.support.servers.simulator_process import RunningSimulator
from tests.support.settings import safe_settings

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--in-process-gpu",  # a process less
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 20_000  # a busy machine is slow: nothing here is a measure of time
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Server:
    """Where the dashboard listens, and its memory."""

    base_url: str
    database: Database
    config: Config


@pytest.fixture(scope="session")
def server(
    simulator_process: RunningSimulator, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The dashboard as the Procfile runs it, one for all tests of a process."""
    folder = tmp_path_factory.mktemp("server")
    with run(simulator_process, migrated, folder, WEB_CONCURRENCY="2") as server:
        yield server


@contextlib.contextmanager
def run(
    simulator: RunningSimulator, migrated: Path, folder: Path, app: str = APP, **changed: str
) -> Iterator[Server]:
    """Run it in this folder until the block ends; `changed` settings differ from the usual.

    One worker: a second one takes time to start, and those of `server` show what two share.
    """
    settings = {**safe_settings(folder, simulator), "WEB_CONCURRENCY": "1", **changed}
    databases.fill(migrated, folder)
    database = Database(settings["DATABASE_URL"])
    with serve(folder, {**settings, "WEB_THREADS": "8"}, app=app) as (base_url, _):
        yield Server(base_url, database, load_config(None, **settings))
    database.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if not path and os.environ.get("CI") != "true":
        pytest.skip(NO_CHROMIUM)
    assert path, NO_CHROMIUM
    with sync_playwright() as playwright:
        # Playwright turns the back/forward cache off, which people have.
        browser = playwright.chromium.launch(
            executable_path=path,
            args=FLAGS,
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


NewContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(chromium: Browser, server: Server) -> Iterator[NewContext]:
    """A browser of its own. What it logs or refuses fails the test, but for what is provoked."""
    contexts = []
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{message.type}: {message.text}")

    def new_context(**options: object) -> BrowserContext:
        context = chromium.new_context(base_url=server.base_url, **options)  # type: ignore[arg-type]  # Playwright's
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", complain)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        watch_addresses(context)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        look_over(context)
        context.close()
    # htmx calls it an error when a newer search takes the place of an older one.
    provoked = ("status of 4", "status of 5", "htmx:sendAbort", "htmx:afterRequest")
    assert not [text for text in complaints if not any(word in text for word in provoked)]


def enter(page: Page, email: str, password: str) -> None:
    """Fill in the log-in that the page shows, and wait for the page behind it."""
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def come_in(page: Page, person: tuple[str, str], path: str) -> None:
    """Open a page as someone who has just logged in, without the page of the log-in."""
    log_in = urljoin(path, "/login")
    token = CSRF.search(page.request.get(log_in).text())
    assert token
    fields = {"csrf_token": token[1], "email": person[0], "password": person[1]}
    assert page.request.post(log_in, form=fields, max_redirects=0).status == HTTPStatus.SEE_OTHER
    page.goto(path)


AddPerson = Callable[..., tuple[str, str]]


@pytest.fixture
def add_person(server: Server, simulator: RunningSimulator) -> AddPerson:
    """Add a member with these roles; other tests' log-ins and outages don't count."""
    assert simulator
    LimitStorage(server.database, now).reset()
    with server.database.write() as connection:
        breakers.forget(connection, server.config.credentials.id)
    chain = Chain(server.config.keyring.keys(KeyPurpose.CHAIN), server.config.environment)
    staff = Staff(server.database, chain, now)

    def add_person(*roles: Role) -> tuple[str, str]:
        email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(16)
        canaries.remember(Kind.PASSWORD, password)
        staff.add(email, "Ana Martins", password, roles)
        return email, password

    return add_person


@pytest.fixture
def person(add_person: AddPerson) -> tuple[str, str]:
    """A support person's email and password."""
    return add_person(Role.SUPPORT)


@pytest.fixture
def page(new_context: NewContext, person: tuple[str, str]) -> Page:
    """A page at the list of users, logged in."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    come_in(page, person, "/users")
    return page
