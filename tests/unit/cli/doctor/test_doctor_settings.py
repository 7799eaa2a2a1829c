"""The doctor and the settings: what starts and should be looked at."""

from pathlib import Path

import pytest

from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.wiring import now
from tests.unit.cli.doctor.test_doctor import Doctor, complaints
from tests.unit.cli.doctor.test_doctor import doctor as doctor  # noqa: PLC0414  a fixture
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.unit.config.test_secret_key import GUESSABLE

pytestmark = pytest.mark.long  # each starts processes of its own
PUBLIC = {
    "DASHBOARD_ENVIRONMENT": "sandbox",
    "PUBLIC_URL": "https://dash.example.com",
    "TRUSTED_HOSTS": "dash.example.com",
}


def came_in(database: Database, chain: Chain, *addresses: str) -> None:
    with database.write() as connection:
        for address in addresses:
            details = {"address": address, "method": "password"}
            entry = NewEntry(now(), "auth:login", Outcome.SUCCEEDED, details=details)
            audit.append(connection, chain, entry)


@pytest.mark.parametrize("machine", ["127.0.0.1", "127.8.8.8", "::1"])
def test_log_ins_that_all_come_from_this_machine_are_told_where_no_proxy_is_set(
    doctor: Doctor, database: Database, chain: Chain, machine: str
) -> None:
    came_in(database, chain, "203.0.113.4", *[machine] * 20)
    done = doctor(**PUBLIC)
    assert (done.returncode, complaints(done)) == (1, ["proxies"])
    assert "PROXIES=0, and each of the last log-ins (20) came from this machine." in done.stdout
    assert "Set PROXIES to the number of proxies" in done.stdout
    assert doctor(**PUBLIC, PROXIES="1").returncode == 0


@pytest.mark.parametrize("other", ["203.0.113.4", "10.0.0.7", "2001:db8::1", "", "unknown"])
def test_one_log_in_from_elsewhere_is_enough(
    doctor: Doctor, database: Database, chain: Chain, other: str
) -> None:
    came_in(database, chain, *["127.0.0.1"] * 10, other, *["127.0.0.1"] * 9)
    assert doctor(**PUBLIC).returncode == 0


def test_on_a_machine_of_one_s_own_it_is_no_warning(
    doctor: Doctor, database: Database, chain: Chain
) -> None:
    came_in(database, chain, "127.0.0.1")
    done = doctor()
    assert (done.returncode, complaints(done)) == (0, [])
    assert "Set PROXIES to the number of proxies" in done.stdout


def test_outside_local_an_address_that_is_not_set_is_told(doctor: Doctor) -> None:
    done = doctor(**{**PUBLIC, "PUBLIC_URL": ""})
    assert (done.returncode, complaints(done)) == (1, ["address"])
    assert "Set PUBLIC_URL=https://dash.example.com" in done.stdout


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_outside_local_an_address_of_this_machine_is_told(doctor: Doctor, host: str) -> None:
    done = doctor(**{**PUBLIC, "PUBLIC_URL": f"http://{host}", "TRUSTED_HOSTS": host})
    assert (done.returncode, complaints(done)) == (1, ["address"])


def test_a_key_of_earlier_that_can_be_guessed_is_told(doctor: Doctor) -> None:
    done = doctor(DASHBOARD_SECRET_KEY_FALLBACKS=GUESSABLE[0])
    assert (done.returncode, complaints(done)) == (1, ["configuration"])
    assert "Rotate the secret key" in done.stdout
    assert GUESSABLE[0] not in done.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("TRUSTED_HOST=dash.example.com", "Did you mean TRUSTED_HOSTS?"),
        ("PUBLIC_ULR=https://dash.example.com", "Did you mean PUBLIC_URL?"),
        ("WORKERS=8", "docs/settings.md has them all"),
    ],
)
def test_a_name_in_the_file_that_nothing_reads_is_told(
    doctor: Doctor, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / ".env").write_text(f"{line}\n", encoding="utf-8-sig")
    (tmp_path / ".env").chmod(0o600)
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["configuration"])
    assert said in done.stdout


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "WEB_THREADS"])
@pytest.mark.parametrize("in_file", [True, False])
def test_a_number_that_the_server_cannot_run_with_is_told(
    doctor: Doctor, tmp_path: Path, name: str, *, in_file: bool
) -> None:
    if in_file:
        (tmp_path / ".env").write_text(f"{name}=0\n")
        (tmp_path / ".env").chmod(0o600)
    done = doctor(**({} if in_file else {name: "0"}))
    assert done.returncode == 2
    assert set(complaints(done)) == {"configuration"}
    assert name in done.stdout


def test_a_port_of_metrics_that_is_that_of_pages_is_told(doctor: Doctor) -> None:
    done = doctor(METRICS_PORT="8000", PORT="8001")
    assert (done.returncode, complaints(done)) == (2, ["configuration"])
    assert "Write METRICS_PORT=8002" in done.stdout


def test_production_is_told_all_that_it_requires_at_once(doctor: Doctor) -> None:
    done = doctor(
        DASHBOARD_ENVIRONMENT="production",
        PUBLIC_URL="",
        TRUSTED_HOSTS="",
        DASHBOARD_SECRET_KEY=GUESSABLE[0],
        PARTNER_API_KEY="qash_key_live_simulator0",
    )
    assert (done.returncode, complaints(done)) == (2, ["configuration"] * 4)
    for name in ("PUBLIC_URL=", "TRUSTED_HOSTS=", "DASHBOARD_SECRET_KEY", "PARTNER_API_KEY"):
        assert name in done.stdout


def test_an_address_without_a_name_is_told(doctor: Doctor) -> None:
    done = doctor(**{**PUBLIC, "PUBLIC_URL": "https://10.0.0.5", "TRUSTED_HOSTS": "10.0.0.5"})
    assert (done.returncode, complaints(done)) == (1, ["address"])
    assert "browsers make passkeys only for host names" in done.stdout


def test_budgets_are_named_and_very_large_ones_are_told(doctor: Doctor) -> None:
    done = doctor()
    assert complaints(done) == []
    assert "REVEALS_PER_HOUR=60, USER_VIEWS_PER_HOUR=600." in done.stdout
    done = doctor(REVEALS_PER_HOUR="601", USER_VIEWS_PER_HOUR="6000")
    assert (done.returncode, complaints(done)) == (1, ["budgets"])
    assert "Lower REVEALS_PER_HOUR, by default 60." in done.stdout
