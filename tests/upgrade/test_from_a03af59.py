"""An upgrade rehearsed: the database and the settings of commit a03af59, in production."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard.app import create_app
from dashboard.config.settings import UnsafeConfigError, load_config
from dashboard.store.db.database import Database
from dashboard.store.schema import api_pairs, audit, inquiries, staff
from tests.support import databases
from tests.support.browsing import Visitor
from tests.support.pages.factors import add_app, code_of, first_step, show
from tests.support.pages.links import choose
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.upgrade.installation import ADMIN, DUMP, INVITED, SUPPORT, Installation

ROOT = Path(__file__).parents[2]
LEFT_AT = datetime(2026, 11, 29, 2, 2, 25, tzinfo=UTC)
COOKIE = "__Host-dashboard-production"
WANTED = {"PUBLIC_URL": "http://localhost", "TRUSTED_HOSTS": "localhost"}
URL = "PUBLIC_URL=https://dashboard.example.com"
REQUIRED = "is not set, and production requires it. Set it to the"
EXACTLY = [
    f"PUBLIC_URL {REQUIRED} address that staff open, such as {URL}",
    f"TRUSTED_HOSTS {REQUIRED} host of that address, such as TRUSTED_HOSTS=dashboard.example.com",
]


@pytest.fixture
def old() -> Installation:
    return Installation()


@pytest.fixture
def old_settings(
    old: Installation,
    simulator: RunningSimulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    """The settings that commit started with."""
    monkeypatch.chdir(tmp_path)
    for name in WANTED:
        monkeypatch.delenv(name, raising=False)
    return old.settings(databases.url_for(tmp_path), simulator.base_url)


@pytest.fixture
def old_database(old: Installation, tmp_path: Path) -> Iterator[Database]:
    """Its database, of schema 0007."""
    database = databases.make(tmp_path)
    old.restore(database)
    yield database
    database.close()


def counted(database: Database) -> dict[str, int]:
    with database.read() as connection:
        tables = (staff, audit, inquiries, api_pairs)
        return {
            each.name: connection.scalar(select(func.count()).select_from(each)) or 0
            for each in tables
        }


def test_the_settings_of_then_are_refused_with_exactly_what_to_set(
    old_settings: dict[str, str],
) -> None:
    with pytest.raises(UnsafeConfigError) as caught:
        load_config(None, **old_settings)
    assert caught.value.findings == EXACTLY


@pytest.mark.long
def test_the_server_does_not_start_says_the_same_and_touches_nothing(
    old_settings: dict[str, str], old_database: Database
) -> None:
    before = counted(old_database)
    environ = {**old_settings, "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dashboard.wsgi"]
    done = subprocess.run(command, env=environ, check=False, capture_output=True, text=True)  # noqa: S603  ours
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["The dashboard does not start.", *EXACTLY]
    assert counted(old_database) == before
    assert old_database.schema_version() == "0007"


@pytest.mark.parametrize(
    "command", ["doctor", "db upgrade", "audit verify", "staff list", "worker"]
)
def test_every_command_says_it_before_anything_is_done(
    run: Run, old_settings: dict[str, str], old_database: Database, command: str
) -> None:
    done = run(command, settings=old_settings)
    assert done.returncode in {1, 2}
    for sentence in EXACTLY:
        assert sentence in done.stdout + done.stderr
    assert old_database.schema_version() == "0007"


@pytest.fixture
def upgraded(run: Run, old_settings: dict[str, str], old_database: Database) -> dict[str, str]:
    """The settings with those that it asked for, after `db upgrade`."""
    settings = {**old_settings, **WANTED}
    done = run("db upgrade", settings=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert old_database.schema_version() == old_database.newest_version
    return settings


def test_with_that_set_nothing_is_lost_and_the_audit_holds(
    run: Run, upgraded: dict[str, str], old_database: Database
) -> None:
    assert counted(old_database) == {"staff": 3, "audit": 18, "inquiries": 1, "api_pairs": 2}
    done = run("audit verify", settings=upgraded)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = run("staff list", settings=upgraded).stdout
    assert all(email in listed for email in (ADMIN, SUPPORT, INVITED))


def test_with_that_set_the_doctor_names_no_setting_any_more(
    run: Run, upgraded: dict[str, str]
) -> None:
    found = {"PUBLIC_URL": "https://dash.example.com", "TRUSTED_HOSTS": "dash.example.com"}
    done = run("doctor", settings={**upgraded, **found})
    assert "All settings are valid; the environment is production." in done.stdout
    assert "PUBLIC_URL" not in done.stdout


def visitor_at(settings: dict[str, str], session: str = "", *, minutes: int = 1) -> Visitor:
    """Return a visitor some minutes after the upgrade, in their earlier session."""
    app = create_app(load_config(None, **settings), lambda: LEFT_AT + timedelta(minutes=minutes))
    visitor = Visitor(app)
    if session:
        visitor.http.set_cookie(COOKIE, session, domain="localhost", secure=True)
    return visitor


def test_sessions_go_on(old: Installation, upgraded: dict[str, str]) -> None:
    for session in (old.admin_session, old.support_session):
        assert "1 open" in visitor_at(upgraded, session).get("/account").words


def test_the_admin_comes_in_by_passkey_and_by_their_app(
    old: Installation, upgraded: dict[str, str]
) -> None:
    by_passkey, by_app = visitor_at(upgraded), visitor_at(upgraded)
    first_step(by_passkey, (ADMIN, old.password))
    by_passkey.show_passkey(old.passkey)
    first_step(by_app, (ADMIN, old.password))
    show(by_app, code_of(old.app_secret, LEFT_AT + timedelta(minutes=1)))
    for visitor in (by_passkey, by_app):
        visitor.get("/staff")


def test_a_colleague_without_a_second_factor_logs_in_and_sets_one_up(
    old: Installation, upgraded: dict[str, str]
) -> None:
    visitor = visitor_at(upgraded)
    visitor.log_in(SUPPORT, old.password)
    set_up(visitor, minutes=1)


def test_a_colleague_in_an_old_session_confirms_by_password_and_sets_one_up(
    old: Installation, upgraded: dict[str, str]
) -> None:
    visitor = visitor_at(upgraded, old.support_session, minutes=30)
    confirm = "/confirm?next=/account/factors"
    assert visitor.get("/users", status=303).headers["Location"] == "/account/factors"
    assert visitor.get("/account/factors", status=303).headers["Location"] == confirm
    visitor.get(confirm)
    visitor.post("/confirm", {"password": old.password, "next": "/account/factors"})
    set_up(visitor, minutes=30)


def test_a_link_that_was_handed_over_before_lets_in_and_a_second_factor_follows(
    old: Installation, upgraded: dict[str, str]
) -> None:
    visitor = visitor_at(upgraded)
    choose(visitor, f"/link/{old.link}", secrets.token_urlsafe(16))
    set_up(visitor, minutes=1)
    assert INVITED in visitor.get("/account").text


def set_up(visitor: Visitor, *, minutes: int) -> None:
    """Go where every page leads, add an app, and work."""
    assert visitor.get("/", status=303).headers["Location"] == "/account/factors"
    visitor.get("/account/factors")
    add_app(visitor, LEFT_AT + timedelta(minutes=minutes))
    visitor.get("/")


def test_what_was_sealed_and_what_was_kept_can_be_read(
    old: Installation, upgraded: dict[str, str], old_database: Database
) -> None:
    admin = visitor_at(upgraded, old.admin_session)
    admin.get("/audit")
    admin.get("/kyc")
    pairs = admin.http.application.extensions["services"].credentials.overview.show()
    assert not pairs.is_unreadable
    assert pairs.in_use.credentials == old.switched_to
    with old_database.read() as connection:
        kept = connection.execute(inquiries.select()).one()
    assert "inquiry-id=inq_" in kept.verification_url


def test_the_dump_holds_nothing_that_opens_anything() -> None:
    tables = ("staff", "api_pairs", "authenticators", "passkeys", "sessions", "staff_links")
    lines = DUMP.read_text().splitlines()
    for table in tables:
        rows = [line for line in lines if line.startswith(f"INSERT INTO {table} ")]
        assert rows
        for row in rows:
            is_empty = "Nora" in row or "NULL, NULL, NULL" in row
            assert is_empty or "REPLACED" in row, row[:80]
    assert not re.search(r"\$argon2|csrf_token\W+(?!REPLACED)\w", "\n".join(lines))
