"""The options of pg_dump and pg_restore, and the swap of names at a restore's end."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg
import pytest
from psycopg import sql

from dashboard.store.db.database import Database, StoreError
from dashboard.store.maintenance import postgres_dumps
from dashboard.store.maintenance.postgres_dumps import ServerDatabase, snapshot
from tests.support.private_servers import PrivatePostgres
from tests.support.servers.dashboard_process import ROOT
from tests.unit.cli.test_backup import Command
from tests.unit.cli.test_command_line import run as run  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import command as command  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import names
from tests.unit.cli.test_server_backup import place as place  # noqa: PLC0414  a fixture
from tests.unit.cli.test_server_backup import server as server  # noqa: PLC0414  a fixture

pytestmark = pytest.mark.long
# A background process may ignore Ctrl-C, and its children inherit that.
INTERRUPTIBLE = """
import signal, sys
from dashboard.cli.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
"""


def put_pg_dump(folder: Path, script: str) -> str:
    """Put another pg_dump into a folder; return the PATH that finds it first."""
    program = folder / "pg_dump"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_the_password_is_in_no_argument(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    path = put_pg_dump(tmp_path, f'echo "$@ env:$PGPASSWORD" > {told}')
    monkeypatch.setenv("PATH", path)
    password = urlsplit(place).password or ""
    ServerDatabase(place).dump(tmp_path / "copy", "00000003-1")
    arguments, _, environ = told.read_text().partition(" env:")
    assert password not in arguments
    assert environ.strip() == password


def test_one_s_own_password_file_or_variable_is_left_alone(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("PATH", put_pg_dump(tmp_path, f'echo "$PGPASSWORD" > {told}'))
    monkeypatch.setenv("PGPASSWORD", "theirs")
    without = place.replace(f":{urlsplit(place).password}@", "@")
    ServerDatabase(without).dump(tmp_path / "copy", "00000003-1")
    assert told.read_text().strip() == "theirs"


def test_a_tool_of_a_server_that_hangs_has_an_end_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", put_pg_dump(tmp_path, "exec sleep 60"))
    monkeypatch.setattr(postgres_dumps, "LONGEST_S", 0.2)
    database = ServerDatabase("postgresql://dashboard@localhost/dashboard")
    with pytest.raises(StoreError, match=r"^pg_dump takes too long$"):
        database.dump(tmp_path / "copy", "00000003-1")
    assert not (tmp_path / "copy").exists()


def test_a_tool_notices_a_server_that_is_gone_as_we_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told"
    monkeypatch.setenv("PATH", put_pg_dump(tmp_path, f'echo "$@" > {told}'))
    url = "postgresql://dashboard@localhost/dashboard?sslmode=require"
    ServerDatabase(url).dump(tmp_path / "copy", "00000003-1")
    (named,) = [each for each in told.read_text().split() if each.startswith("--dbname=")]
    asked = dict(parse_qsl(urlsplit(named.removeprefix("--dbname=")).query))
    assert asked == {
        "sslmode": "require",
        "connect_timeout": "3",
        "keepalives_count": "3",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "tcp_user_timeout": "10000",
    }


def test_a_copy_that_somebody_ends_leaves_no_file(
    place: str, settings: dict[str, str], tmp_path: Path
) -> None:
    assert place
    path = put_pg_dump(tmp_path, "kill -INT $PPID; sleep 5")
    environ = {**os.environ, **settings, "PATH": path}
    command = [sys.executable, "-c", INTERRUPTIBLE, "db", "backup", str(tmp_path / "copy")]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, check=False)  # noqa: S603  ours
    assert done.returncode
    assert not (tmp_path / "copy").exists()


def test_names_are_traded_both_or_neither(place: str, server: PrivatePostgres) -> None:
    here = ServerDatabase(place)
    beside = here.called(here.name + "_restoring")
    beside.create_like(here)
    with (
        psycopg.connect(place + "_restoring"),
        pytest.raises(StoreError, match="someone is connected to it"),
    ):
        beside.swap_names(here, here.name + "_kept")
    assert names(server, place) == {"", "_restoring"}
    beside.swap_names(here, here.name + "_kept")
    assert names(server, place) == {"", "_kept"}


def test_what_cannot_take_the_place_leaves_nothing_beside(
    command: Command,
    place: str,
    server: PrivatePostgres,
    settings: dict[str, str],
    tmp_path: Path,
) -> None:
    command(f"db backup {tmp_path / 'copy'}")
    # Its owner is another one: they may make a database beside it, and not rename this one.
    parts, (user, password) = urlsplit(place), server.make_role("CREATEDB")
    settings["DATABASE_URL"] = f"postgresql://{user}:{password}@localhost:{parts.port}{parts.path}"
    done = command(f"db restore {tmp_path / 'copy'}")
    assert (done.returncode, "has to own it" in done.stderr) == (1, True)
    assert names(server, place) == {""}


def test_an_extension_of_the_server_s_admin_is_in_nobody_s_way(
    server: PrivatePostgres, tmp_path: Path
) -> None:
    owner, password = server.make_role("CREATEDB")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(*[sql.Identifier(owner)] * 2)
        )
    admin = server.url.removesuffix("postgres") + owner
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    theirs = f"postgresql://{owner}:{password}@127.0.0.1:{urlsplit(server.url).port}/{owner}"
    with closing(Database(theirs)) as database:
        database.upgrade()
        with snapshot(database) as (_, moment):
            ServerDatabase(theirs).dump(tmp_path / "copy", moment)
        wanted = database.schema_version()
    beside = ServerDatabase(theirs).called(f"{owner}_restoring")
    beside.create_like(ServerDatabase(theirs))
    beside.fill(tmp_path / "copy")
    with closing(Database(beside.url)) as filled:
        assert filled.schema_version() == wanted
