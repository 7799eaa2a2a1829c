"""The doctor at home: configuration, database, schema, triggers, clock, people."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.config.settings import Config
from dashboard.partner.client import PartnerClient
from dashboard.partner.gate import OpenGate
from dashboard.services.diagnostics.findings import Severity
from dashboard.services.diagnostics.upstream import UpstreamDoctor
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata
from tests.support import databases
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.doctor.test_doctor import Doctor, complaints
from tests.unit.cli.doctor.test_doctor import doctor as doctor  # noqa: PLC0414  a fixture
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

Damage = Callable[[Database, Path], object]
OF_THE_FILE = pytest.mark.sqlite


pytestmark = pytest.mark.long  # each starts processes of its own


def test_every_finding_of_the_configuration_is_told_not_only_the_first(doctor: Doctor) -> None:
    done = doctor(FLASK_DEBUG="1", DASHBOARD_ENVIRONMENT="sandbox", DASHBOARD_SECRET_KEY="short")
    assert (done.returncode, complaints(done)) == (2, ["configuration"] * 2)
    assert "DASHBOARD_SECRET_KEY is weak" in done.stdout
    assert "FLASK_DEBUG" in done.stdout


@pytest.mark.sqlite
def test_a_missing_database_is_not_made(
    run: Run, settings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("doctor", settings=settings)
    assert (done.returncode, complaints(done)) == (2, ["database"])
    assert "python -m dashboard db upgrade" in done.stdout
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_does_not_answer_is_told(doctor: Doctor) -> None:
    done = doctor(DATABASE_URL="postgresql://somebody@127.0.0.1:1/nothing")
    assert (done.returncode, complaints(done)) == (2, ["database"])
    assert "Check that the server runs" in done.stdout


def test_an_admin_with_only_a_password_does_not_count_where_it_lets_no_one_in(
    doctor: Doctor,
) -> None:
    given = {"OIDC_CLIENT_ID": "dashboard", "OIDC_CLIENT_SECRET": "a secret of the provider"}
    done = doctor(PASSWORD_LOG_IN="off", OIDC_ISSUER="https://login.example.com", **given)
    assert complaints(done) == ["staff"]
    assert "set PASSWORD_LOG_IN=on" in done.stdout


def sql(statement: str) -> Damage:
    def damage(database: Database, _file: Path) -> None:
        with databases.behind_our_back(database) as connection:
            connection.exec_driver_sql(statement)

    return damage


def unguarded(database: Database, _file: Path) -> None:
    with databases.behind_our_back(database) as connection:
        databases.lose(connection, "audit_no_delete")


@pytest.mark.parametrize(
    ("damage", "status", "check", "cure"),
    [
        pytest.param(
            lambda _, file: file.chmod(0o644), 1, "permissions", "chmod 600", marks=OF_THE_FILE
        ),
        (sql("DELETE FROM observations"), 1, "worker", "dashboard worker"),
        (sql("UPDATE alembic_version SET version_num = '0001'"), 2, "schema", "db upgrade"),
        (sql("UPDATE alembic_version SET version_num = '9999'"), 2, "schema", "newer"),
        (unguarded, 2, "triggers", "audit verify"),
        (
            sql("INSERT INTO meta VALUES ('environment', 'production')"),
            2,
            "environment",
            "of its own",
        ),
        (sql("UPDATE staff SET active = FALSE"), 1, "staff", "staff add"),
        (sql("UPDATE staff SET password_hash = ''"), 1, "staff", "staff reset"),
        pytest.param(
            lambda _, file: file.write_bytes(b"x" * 8192),
            2,
            "database",
            "runbook.md, Restore",
            marks=OF_THE_FILE,
        ),
    ],
)
def test_each_fault_of_the_database_is_found_with_its_cure(
    doctor: Doctor, database: Database, tmp_path: Path, damage: Damage, status: int, check: str,
    cure: str,
) -> None:  # fmt: skip
    damage(database, tmp_path / "dashboard.sqlite3")
    database.close()
    done = doctor()
    assert (done.returncode, complaints(done)) == (status, [check])
    assert cure in done.stdout


@pytest.mark.long
def test_a_database_that_another_program_holds_cannot_be_written(
    doctor: Doctor, database: Database
) -> None:
    with database.write():
        done = doctor()
    assert (done.returncode, complaints(done)) == (2, ["database"])
    assert "read but not written" in done.stdout


RUNBOOK = Path(__file__).parents[3] / "docs" / "runbook.md"


@pytest.mark.skipif(not databases.SERVER, reason="SQLite has its own")
def test_a_server_without_a_search_index_is_told_and_the_runbook_adds_it(
    doctor: Doctor, tmp_path: Path
) -> None:
    database = Database(databases.url_for(tmp_path))
    sql("DROP EXTENSION pg_trgm CASCADE")(database, tmp_path)
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["search"])
    assert "docs/runbook.md, Search without an index" in done.stdout
    part = RUNBOOK.read_text().partition("## Search without an index")[2].partition("\n## ")[0]
    for statements in re.findall(r"```sql\n(.*?)```", part, re.DOTALL):
        sql(statements.replace("%", "%%"))(database, tmp_path)
    assert complaints(doctor()) == []
    database.close()


def test_a_readable_env_file_is_told(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BRAND=Ours\n")
    file.chmod(0o640)
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["permissions"])
    assert "chmod 600 .env" in done.stdout
    file.chmod(0o600)
    assert doctor().returncode == 0


def dump(database: Database) -> dict[str, list[object]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def test_it_leaves_nothing_but_what_every_read_leaves(
    doctor: Doctor, database: Database, simulator: RunningSimulator
) -> None:
    before = dump(database)
    doctor()
    after = dump(database)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"observations", "requests", "upstream_minutes"}
    assert {call.method for call in simulator.requests()} == {"GET"}
    assert "(" not in "".join(str(row[0]) for row in after["observations"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("off_s", "said"), [(0, ""), (300, "300 s ahead of"), (-300, "300 s behind")]
)
def test_a_clock_that_is_off_is_told_with_how_far(config: Config, off_s: int, said: str) -> None:
    doctor = UpstreamDoctor(
        lambda names, observer: PartnerClient(
            config.partner_api_url,
            OpenGate(config.credentials),
            clock=lambda: datetime.now(UTC) + timedelta(seconds=off_s),
            list_params=names,
            observer=observer,
        ),
        {},
        config.partner_api_url,
        None,
    )
    (clock,) = [each for each in doctor.examine() if each.check == "clock"]
    assert (clock.severity is Severity.WARNING) == bool(said)
    assert said in re.sub(r"\b(29[89]|30[0-2]) s", "300 s", clock.found)


@pytest.mark.long
def test_a_slow_upstream_is_told(doctor: Doctor, simulator: RunningSimulator) -> None:
    simulator.set_faults([{"latency_ms": 1100}])
    done = doctor()
    assert (done.returncode, complaints(done)) == (1, ["latency"])


def test_second_factors_that_are_relaxed_in_production_are_told(doctor: Doctor) -> None:
    production = {"DASHBOARD_ENVIRONMENT": "production"}
    assert "Every role needs a second factor." in doctor(**production).stdout
    relaxed = doctor(**production, SECOND_FACTOR_ROLES="kyc,admin")
    assert "second factors" in complaints(relaxed)
    assert "auditor, onboarding, support, viewer work with only a password" in relaxed.stdout
    assert "second factors" not in doctor().stdout
