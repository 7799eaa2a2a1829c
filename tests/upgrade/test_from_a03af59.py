"""An upgrade rehearsed: the database and the settings of commit a03af59, in production."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from dashboard.app import create_app
from dashboard.config import UnsafeConfigError, load_config
from dashboard.store.database import Database
from dashboard.store.migrating import upgrade
from dashboard.store.schema import api_pairs, audit, inquiries, staff
from tests import databases
from tests.browsing import Visitor
from tests.simulator_process import RunningSimulator, vendor_like_pair
from tests.unit.test_command_line import Run
from tests.unit.test_command_line import run as run  # noqa: PLC0414  a fixture

ROOT = Path(__file__).parents[2]
DUMP = Path(__file__).with_name("a03af59.sql")
LEFT_AT = datetime(2026, 11, 29, 2, 2, 25, tzinfo=UTC)
PASSWORD = "rehearsal of an upgrade"
SECRET_KEY = sha256(PASSWORD.encode()).hexdigest()
COOKIE = "__Host-dashboard-production"
ADMIN, ADMIN_SESSION = "ana@example.com", "KyqkiBUdGmLIORLU388YrwgVmy5D68_A_2RKSO25Q2Q"
SUPPORT, SUPPORT_SESSION = "luis@example.com", "2WZooWFTKF4CO-KOSq3YWxu3bIUAuxUTerN7FRJSaSQ"
SWITCHED_TO = "qash_key_live_simulatora1R7mYphk0UGv8ETIcTE3O2VwL6I2rz"
WANTED = {"PUBLIC_URL": "http://localhost", "TRUSTED_HOSTS": "localhost"}
URL = "PUBLIC_URL=https://dashboard.example.com"
REQUIRED = "is not set, and production requires it. Set it to the"
EXACTLY = [
    f"PUBLIC_URL {REQUIRED} address that staff open, such as {URL}",
    f"TRUSTED_HOSTS {REQUIRED} host of that address, such as TRUSTED_HOSTS=dashboard.example.com",
]


@pytest.fixture
def old_settings(
    simulator: RunningSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """What that commit started with."""
    monkeypatch.chdir(tmp_path)
    for name in WANTED:
        monkeypatch.delenv(name, raising=False)
    pair = vendor_like_pair()
    return {
        "DASHBOARD_ENVIRONMENT": "production",
        "DASHBOARD_SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": databases.url_for(tmp_path),
        "PARTNER_API_URL": simulator.base_url,
        "PARTNER_API_KEY": pair.api_key,
        "PARTNER_API_SECRET": pair.api_secret,
    }


@pytest.fixture
def old_database(tmp_path: Path) -> Iterator[Database]:
    """Its database, of schema 0007."""
    database = databases.make(tmp_path)
    rows = [line for line in DUMP.read_text().splitlines() if not line.startswith("--")]
    with database.write() as connection:
        upgrade(connection, "0007")
        for row in rows:
            connection.exec_driver_sql(row.replace("%", "%%") if databases.SERVER else row)
        if databases.SERVER:
            for table in ("staff", "sightings", "api_pairs", "grants", "inquiries"):
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)"
                )
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
    """The settings with what was asked for, once `db upgrade` ran."""
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
    assert all(email in listed for email in (ADMIN, SUPPORT, "nora@example.com"))


def test_with_that_set_the_doctor_names_no_setting_any_more(
    run: Run, upgraded: dict[str, str]
) -> None:
    found = {"PUBLIC_URL": "https://dash.example.com", "TRUSTED_HOSTS": "dash.example.com"}
    done = run("doctor", settings={**upgraded, **found})
    assert "All settings can be used; this is production." in done.stdout
    assert "PUBLIC_URL" not in done.stdout


def visitor_at(settings: dict[str, str], session: str = "") -> Visitor:
    """Return somebody a minute after the upgrade, in the session they had."""
    app = create_app(load_config(None, **settings), lambda: LEFT_AT + timedelta(minutes=1))
    visitor = Visitor(app)
    if session:
        visitor.http.set_cookie(COOKIE, session, domain="localhost", secure=True)
    return visitor


@pytest.mark.parametrize("session", [ADMIN_SESSION, SUPPORT_SESSION])
def test_sessions_go_on(upgraded: dict[str, str], session: str) -> None:
    page = visitor_at(upgraded, session).get("/account")
    assert "1 open" in page.words


@pytest.mark.parametrize("email", [ADMIN, SUPPORT])
def test_passwords_and_passkeys_let_in(upgraded: dict[str, str], email: str) -> None:
    visitor = visitor_at(upgraded)
    visitor.log_in(email, PASSWORD)
    assert email in visitor.get("/account").text


def test_what_was_sealed_and_what_was_kept_can_be_read(
    upgraded: dict[str, str], old_database: Database
) -> None:
    admin = visitor_at(upgraded, ADMIN_SESSION)
    admin.get("/audit")
    admin.get("/kyc")
    pairs = admin.http.application.extensions["services"].pairs.show()
    assert not pairs.is_unreadable
    assert pairs.in_use.credentials.api_key == SWITCHED_TO
    with old_database.read() as connection:
        kept = connection.execute(inquiries.select()).one()
    assert "inquiry-id=inq_" in kept.verification_url
