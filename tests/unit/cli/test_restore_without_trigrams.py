"""`db restore` on a PostgreSQL whose server has no `pg_trgm`: everything but the search index."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from dashboard.store.db.database import Database
from dashboard.store.directory import search
from dashboard.store.directory.matching import has_index
from dashboard.store.directory.search import DirectoryQuery, PageOf, Word
from tests.support.canaries import Kind, canaries
from tests.support.directory import fill, someone
from tests.support.private_servers import PrivatePostgres, postgres_server, programs_without
from tests.unit.cli.test_backup import Command
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import command as command  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import dump, names
from tests.unit.cli.test_server_backup import place as place  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import server as server  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long
USERS = 40
FOUND = 20  # of them have "ana" in their email or name
INDEXES = ["audit_index", "directory_index", "notes_index"]


@pytest.fixture(scope="module")
def bare_server() -> Iterator[PrivatePostgres]:
    folder = tempfile.TemporaryDirectory(prefix="postgres-")
    with folder as name:
        Path(name).chmod(0o755)
        programs = programs_without("pg_trgm", Path(name) / "programs")
        (Path(name) / "server").mkdir()
        with postgres_server(Path(name) / "server", programs) as server:
            canaries.remember(Kind.SECRET, urlsplit(server.url).password or "")
            yield server


@pytest.fixture
def copy(command: Command, place: str, tmp_path: Path) -> Path:
    """A copy of a database with users, made where there is a search index."""
    with closing(Database(place)) as database:
        fill(database, map(someone, range(USERS)))
    assert indexes(place) == INDEXES
    assert command(f"db backup {tmp_path / 'copy.dump'}").returncode == 0
    return tmp_path / "copy.dump"


def indexes(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        asked = "SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s) ORDER BY 1"
        return [name for (name,) in connection.execute(asked, [INDEXES])]


def test_the_rows_come_back_a_search_finds_them_and_the_doctor_says_what_is_missing(
    command: Command,
    settings: dict[str, str],
    place: str,
    copy: Path,
    bare_server: PrivatePostgres,
) -> None:
    settings["DATABASE_URL"] = elsewhere = bare_server.make_database()
    done = command(f"db restore {copy}")
    assert (done.returncode, done.stderr) == (0, "")
    before, after = dump(place), dump(elsewhere)
    assert after["directory"] == before["directory"] != []
    assert after["directory_counts"] == before["directory_counts"]
    assert indexes(elsewhere) == []
    with closing(Database(elsewhere)) as database, database.read() as connection:
        assert not has_index(connection)
        query = DirectoryQuery((Word("ana"),))
        assert search.count(connection, query) == FOUND
        assert len(search.find(connection, query, PageOf()).entries) == FOUND
    told = command("doctor")
    assert "docs/runbook.md, Search without an index" in told.stdout


def test_where_the_server_has_it_the_index_comes_back_in_a_database_made_for_the_copy(
    command: Command,
    settings: dict[str, str],
    copy: Path,
    server: PrivatePostgres,
) -> None:
    settings["DATABASE_URL"] = elsewhere = server.make_database()
    done = command(f"db restore {copy}")
    assert (done.returncode, done.stderr) == (0, "")
    assert indexes(elsewhere) == INDEXES
    assert "Search without an index" not in command("doctor").stdout


def test_another_fault_of_the_copy_is_still_told_and_leaves_nothing_behind(
    command: Command,
    settings: dict[str, str],
    copy: Path,
    bare_server: PrivatePostgres,
) -> None:
    copy.write_bytes(copy.read_bytes()[:-2000])
    settings["DATABASE_URL"] = elsewhere = bare_server.make_database()
    done = command(f"db restore {copy}")
    assert (done.returncode, "cannot be read: pg_restore" in done.stderr) == (1, True)
    assert names(bare_server, elsewhere) == {""}
