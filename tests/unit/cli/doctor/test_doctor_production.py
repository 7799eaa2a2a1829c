"""`doctor --production`: what it checks beside the public address, and a hole for each."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from dashboard.cli import production
from dashboard.config.settings import load_config
from dashboard.services.backup.log import BackupLog
from dashboard.services.diagnostics.audit_role import examine_audit_role
from dashboard.services.diagnostics.file_modes import BACKUPS, examine_folders
from dashboard.services.diagnostics.findings import Finding, Severity
from dashboard.services.diagnostics.packages import examine_versions
from dashboard.services.diagnostics.upkeep import examine_upkeep
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.permissions import Role
from dashboard.store.db.database import Database
from dashboard.store.schema import observations
from dashboard.wiring import now
from tests.faults.support.people import Served, serve_people
from tests.support import databases
from tests.support.clock import TestClock
from tests.support.servers.nginx_server import nginx_server
from tests.unit.cli.doctor.test_doctor import complaints
from tests.unit.cli.test_command_line import Done, Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

HOURS = timedelta(hours=6)
NAMED_LOCALHOST = "address"  # the check that complains of every deployment of these tests


def bad(findings: Iterator[Finding]) -> list[str]:
    """Return what the findings complain of; each has its fix."""
    found = [each for each in findings if each.severity is not Severity.OK]
    assert all(each.cure for each in found)
    return [each.found for each in found]


@dataclass
class Deployment:
    """A dashboard in production behind nginx, and the command that examines it."""

    served: Served
    settings: dict[str, str]
    run: Run

    def examine(self, **changed: str) -> Done:
        return self.run("doctor --production", settings={**self.settings, **changed})


@pytest.fixture
def deployment(
    tmp_path: Path,
    settings: dict[str, str],
    migrated: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Deployment]:
    settings["DASHBOARD_ENVIRONMENT"] = "production"
    tmp_path.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    with serve_people(tmp_path, migrated, settings, PROXIES="1", WEB_CONCURRENCY="1") as served:
        served.hire(Role.ADMIN)
        WorkerHeartbeat(served.database, now).note()
        upstream = served.base_url.removeprefix("http://").replace("localhost", "127.0.0.1")
        proxy = tmp_path / "proxy"
        proxy.mkdir()
        with nginx_server(proxy, upstream, lasts=timedelta(days=90)) as port:
            monkeypatch.setenv("SSL_CERT_FILE", str(proxy / "certificate.pem"))
            settings |= {"PUBLIC_URL": f"https://localhost:{port}", "PROXIES": "1"}
            yield Deployment(served, settings, run)


@pytest.mark.long
@pytest.mark.sqlite
def test_a_whole_deployment_has_no_finding_until_it_has_holes(
    deployment: Deployment, run: Run, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o700)
    assert run(f"db backup {kept / 'copy'}", settings=deployment.settings).returncode == 0
    done = deployment.examine(BACKUP_DIR=str(kept))
    assert complaints(done) == [NAMED_LOCALHOST]
    assert "SQLite has no roles" in done.stdout

    kept.chmod(0o755)
    with deployment.served.database.write() as connection:
        connection.execute(
            update(observations)
            .where(observations.c.name.in_(["worker.round", "backup.good"]))
            .values(seen_at=now() - timedelta(days=3))
        )
    done = deployment.examine(BACKUP_DIR=str(kept), PUBLIC_URL="http://localhost")
    assert complaints(done) == ["worker", NAMED_LOCALHOST, "permissions", "backup", "tls"]
    assert done.returncode == 2


@pytest.mark.long
@pytest.mark.sqlite
def test_a_warning_fails_a_deployment_and_only_warns_a_first_start(
    deployment: Deployment, run: Run, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("BRAND=Ours\n")
    (tmp_path / ".env").chmod(0o644)
    done = run("doctor", settings=deployment.settings)
    assert (done.returncode, complaints(done)) == (1, ["permissions", NAMED_LOCALHOST])
    done = deployment.examine()
    assert (done.returncode, complaints(done)) == (2, ["permissions", NAMED_LOCALHOST, "backup"])


def test_a_local_environment_is_no_deployment(settings: dict[str, str]) -> None:
    config = load_config(None, **settings, FLASK_DEBUG="1")
    found = production._environment(config)  # noqa: SLF001  one check
    assert (found.check, found.severity) == ("environment", Severity.ERROR)
    assert "FLASK_DEBUG is on" in found.found


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://ours:{}@127.0.0.1/ours"),
        ("REDIS_URL", "redis://:{}@localhost:6379/0"),
    ],
)
def test_a_password_that_can_be_guessed_is_told_without_being_shown(
    settings: dict[str, str], name: str, url: str
) -> None:
    weak, strong = "dashboard2026", secrets.token_urlsafe(24)
    config = load_config(None, **{**settings, name: url.format(weak)})
    found = bad(production._passwords(config))  # noqa: SLF001  one check
    assert found == [f"The password in {name} can be guessed."]
    config = load_config(None, **{**settings, name: url.format(strong)})
    assert bad(production._passwords(config)) == []  # noqa: SLF001  one check


@pytest.mark.parametrize("what", ["folder", "file"])
def test_backups_that_others_can_read_are_told(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    file = folder / "copy.sqlite3"
    file.touch(mode=0o600)
    assert bad(examine_folders({BACKUPS: folder})) == []
    (folder if what == "folder" else file).chmod(0o750)
    (finding,) = [*examine_folders({BACKUPS: folder})]
    assert finding.severity is Severity.ERROR
    assert finding.cure == f"chmod go= {folder if what == 'folder' else file}"


def test_old_failed_and_missing_backups_are_told(database: Database, clock: TestClock) -> None:
    log = BackupLog(database)
    assert bad(examine_upkeep(database, clock, HOURS)) == ["No backup is known to be good."]
    log.note_good(Path("copy.sqlite3"), clock())
    assert bad(examine_upkeep(database, clock, HOURS)) == []
    clock.advance(hours=11)
    log.note_failed("The disk is full.", clock())
    assert "The last backup failed: The disk is full." in bad(
        examine_upkeep(database, clock, HOURS)
    )
    log.note_good(Path("copy.sqlite3"), clock())
    clock.advance(hours=13)
    found = [each for each in bad(examine_upkeep(database, clock, HOURS)) if "backup" in each]
    assert found == ["The last good backup, copy.sqlite3, is 13 h old."]
    assert not [each for each in bad(examine_upkeep(database, clock, None)) if "backup" in each]


@pytest.mark.skipif(not databases.SERVER, reason="SQLite has no clock of its own")
def test_a_server_with_another_time_is_told(database: Database, clock: TestClock) -> None:
    BackupLog(database).note_good(Path("copy.dump"), clock())
    assert bad(examine_upkeep(database, clock, HOURS)) == []
    clock.advance(minutes=1)
    (found,) = bad(examine_upkeep(database, clock, HOURS))
    assert "60 s apart" in found


def test_packages_that_differ_from_the_pinned_ones_are_told(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("flask==0.1 \\\n    --hash=sha256:00\nabsent==1\n")
    (tmp_path / "requirements-redis.txt").write_text("absent-too==1\nsqlalchemy==0.2\n")
    (found,) = bad(examine_versions(database, tmp_path))
    assert found.startswith("Packages that differ from the tested ones (3): absent is missing, ")
    assert "instead of 0.1" in found
    assert "instead of 0.2" in found


def test_the_packages_of_this_program_are_the_pinned_ones(database: Database) -> None:
    assert bad(examine_versions(database, production.PROGRAM)) == []
    assert (production.PROGRAM / "requirements.txt").exists()


RUNBOOK = Path(__file__).parents[4] / "docs" / "runbook.md"


def test_sqlite_says_what_protects_the_audit_log_and_a_server_whose_tables_they_are(
    database: Database,
) -> None:
    found = examine_audit_role(database)
    if database.is_file:
        assert (found.severity, found.found[:20]) == (Severity.OK, "SQLite has no roles:")
    else:
        assert found.severity is Severity.WARNING
        assert "OWNER" in found.found
