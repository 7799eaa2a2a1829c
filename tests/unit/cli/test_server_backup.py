"""`db backup` and `db restore` on PostgreSQL: what comes back is what was there."""

import secrets
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from dashboard.app import create_app
from dashboard.config.settings import load_config
from dashboard.services.permissions import Role
from dashboard.services.staff.manage import Staff
from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import metadata
from dashboard.wiring import now
from tests.support.browsing import Visitor
from tests.support.canaries import Kind, canaries
from tests.support.private_servers import PrivatePostgres, postgres_server
from tests.support.servers.simulator_process import RunningSimulator
from tests.unit.cli.test_backup import Command, Rows, work
from tests.unit.cli.test_command_line import Run
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long
OTHERS = {"sessions", "staff_links", "audit"}  # what a restore changes


@pytest.fixture(scope="module")
def server() -> Iterator[PrivatePostgres]:
    folder = tempfile.TemporaryDirectory(prefix="postgres-")
    with folder as name, postgres_server(Path(name)) as server:
        canaries.remember(Kind.SECRET, urlsplit(server.url).password or "")
        yield server


@pytest.fixture
def place(server: PrivatePostgres, settings: dict[str, str]) -> str:
    """A new database with the schema, which the commands use."""
    settings["DATABASE_URL"] = url = server.make_database()
    with closing(Database(url)) as database:
        database.upgrade()
    return url


@pytest.fixture
def command(run: Run, settings: dict[str, str]) -> Command:
    return lambda arguments: run(arguments, settings=settings)


@pytest.fixture
def filled(
    place: str, chain: Chain, settings: dict[str, str], simulator: RunningSimulator
) -> Visitor:
    """A database with something of everything, and an admin at work."""
    app = create_app(load_config(None, **settings))
    password = secrets.token_urlsafe(16)
    with closing(Database(place)) as database:
        Staff(database, chain, now).add("ana@example.com", "Ana", password, [Role.ADMIN])
    admin = Visitor(app)
    admin.log_in("ana@example.com", password)
    work(admin, simulator)
    app.extensions["services"].operations.readiness._database.close()  # noqa: SLF001  the server stops
    return admin


def dump(url: str) -> Rows:
    """Return every row of every table, without the audit's head, which a restore moves on."""
    every = sql.SQL("SELECT * FROM {}")
    with psycopg.connect(url) as connection:
        rows = {
            name: sorted(connection.execute(every.format(sql.Identifier(name))), key=repr)
            for name in metadata.tables
        }
    return {**rows, "meta": [row for row in rows["meta"] if row[0] != "audit_head"]}


def names(server: PrivatePostgres, place: str) -> set[str]:
    """Return the databases that belong to this one."""
    name = urlsplit(place).path.strip("/")
    with psycopg.connect(server.url) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (name + "%",)
        )
        return {each.removeprefix(name) for (each,) in found}


@pytest.mark.usefixtures("filled")
def test_a_lost_database_comes_back_row_by_row_from_a_copy_made_while_in_use(
    command: Command, place: str, server: PrivatePostgres, chain: Chain, tmp_path: Path
) -> None:
    stop, written = threading.Event(), 0

    def write() -> None:
        nonlocal written
        with closing(Database(place)) as database:
            while not stop.is_set():
                with database.write() as connection:
                    audit.append(
                        connection, chain, NewEntry(now(), "kyc:import", Outcome.SUCCEEDED)
                    )
                written += 1

    writer = threading.Thread(target=write)
    writer.start()
    while written < 5:
        pass
    file = tmp_path / "copy.dump"
    done = command(f"db backup {file}")
    stop.set()
    writer.join()
    of_the_writer = [line for line in done.stderr.splitlines() if '"audit_head"' in line]
    assert (done.returncode, done.stderr.splitlines()) == (0, of_the_writer)
    assert "Verification links: 3." in done.stdout
    assert "The audit log is intact." in done.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    copied_rows = int(done.stdout.split("Audit log rows: ")[1].split(".")[0])
    before = dump(place)
    before["observations"] = [row for row in before["observations"] if "backup.good" not in row]
    with psycopg.connect(server.url, autocommit=True) as connection:
        name = sql.Identifier(urlsplit(place).path.strip("/"))
        connection.execute(sql.SQL("DROP DATABASE {}").format(name))
    restored = command(f"db restore {file}")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "Verification links: 3." in restored.stdout
    after = dump(place)
    for table in before.keys() - OTHERS:
        assert after[table] == before[table], table
    assert after["sessions"] == []
    *kept, added = sorted(after["audit"])
    assert kept == sorted(before["audit"])[:copied_rows]
    assert "db:restore" in added
    assert command("audit verify").returncode == 0
    assert names(server, place) == {""}


def test_the_database_before_is_kept_under_another_name(
    command: Command, place: str, server: PrivatePostgres, chain: Chain, tmp_path: Path
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    with closing(Database(place)) as database:
        Staff(database, chain, now).add("a@example.com", "A", "a password of hers", [Role.VIEWER])
    done = command(f"db restore {tmp_path / 'copy'}")
    assert done.returncode == 0, done.stderr
    assert dump(place)["staff"] == []
    (kept,) = names(server, place) - {""}
    assert kept.startswith("_before_restore_")
    assert f"{urlsplit(place).path.strip('/')}{kept}" in done.stdout
    assert len(dump(place + kept)["staff"]) == 1


def test_a_database_in_use_is_not_replaced(command: Command, place: str, tmp_path: Path) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    with psycopg.connect(place):
        done = command(f"db restore {tmp_path / 'copy'}")
    assert (done.returncode, "Stop the dashboard first" in done.stderr) == (1, True)
    assert command(f"db restore {tmp_path / 'copy'}").returncode == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "There is no backup"),
        (lambda file: file.write_bytes(b"no dump at all" * 99), "cannot be read: pg_restore"),
        (lambda file: file.write_bytes(file.read_bytes()[:-2000]), "cannot be read: pg_restore"),
    ],
)
def test_a_file_that_is_no_dump_changes_nothing(
    command: Command,
    place: str,
    server: PrivatePostgres,
    tmp_path: Path,
    spoil: Callable[[Path], object],
    said: str,
) -> None:
    file = tmp_path / "copy"
    command(f"db backup {file}")
    spoil(file)
    before = dump(place)
    done = command(f"db restore {file}")
    assert (done.returncode, said in done.stderr) == (1, True), done
    assert dump(place) == before
    assert names(server, place) == {""}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE alembic_version", "a database of this dashboard"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer than this program's"),
        ("INSERT INTO meta VALUES ('environment', 'production')", "'production'"),
        ("DROP TRIGGER audit_no_update ON audit", "audit_no_update"),
        ("ALTER TABLE audit DISABLE TRIGGER audit_no_truncate", "audit_no_truncate"),
    ],
)
def test_a_dump_that_does_not_fit_changes_nothing(
    command: Command, place: str, server: PrivatePostgres, tmp_path: Path, change: str, said: str
) -> None:
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(change.encode())
    assert command(f"db backup {tmp_path / 'copy'}").returncode == 0
    done = command(f"db restore {tmp_path / 'copy'}")
    assert (done.returncode, said in done.stderr) == (1, True), done
    assert names(server, place) == {""}


def test_nothing_is_overwritten_and_no_half_copy_is_left(
    command: Command, place: str, settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "there").write_text("precious")
    done = command(f"db backup {tmp_path / 'there'}")
    assert (done.returncode, "Nothing was overwritten" in done.stderr) == (1, True)
    assert (tmp_path / "there").read_text() == "precious"
    done = command(f"db backup {tmp_path / 'no' / 'folder'}")
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)
    settings["DATABASE_URL"] = place + "_nowhere"
    done = command(f"db backup {tmp_path / 'copy'}")
    assert (done.returncode, "cannot be copied" in done.stderr) == (1, True)
    assert not (tmp_path / "copy").exists()


def test_whoever_may_not_make_databases_is_told_what_is_missing(
    command: Command, place: str, server: PrivatePostgres, settings: dict[str, str], tmp_path: Path
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    before, parts, (user, password) = dump(place), urlsplit(place), server.make_role()
    settings["DATABASE_URL"] = f"postgresql://{user}:{password}@localhost:{parts.port}{parts.path}"
    done = command(f"db restore {tmp_path / 'copy'}")
    assert (done.returncode, "the right CREATEDB" in done.stderr) == (1, True)
    assert password not in done.stdout + done.stderr
    assert dump(place) == before


def test_without_the_server_s_tools_that_is_said(
    command: Command, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert place
    assert shutil.which("pg_dump")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = command(f"db backup {tmp_path / 'copy'}")
    assert (done.returncode, "pg_dump is not installed" in done.stderr) == (1, True)
    assert not (tmp_path / "copy").exists()
