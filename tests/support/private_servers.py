"""Private servers for tests: `python -m tests.support.private_servers -- COMMAND`.

They are Debian's PostgreSQL and Redis, on free ports of loopback, with data and passwords of their
own that are gone afterwards. COMMAND finds them by TEST_DATABASE_URL and TEST_REDIS_URL.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from tests.browser.support.install import install
from tests.support.servers.dashboard_process import free_port
from tests.support.servers.redis_server import redis_server

NO_POSTGRESQL = "No PostgreSQL: install it (Debian: apt-get install postgresql) and try again."
USER = "postgres"  # who runs it where we are root, which it refuses to be
START_S = 60
SETTINGS = {
    "fsync": "off",  # what is in it is worth nothing
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "listen_addresses": "127.0.0.1",
}


def find_programs() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class PrivatePostgres:
    """A server of its own: data, port and password. `url` is that of its user, who may do all."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        self._programs = programs or _programs()
        self._folder, self._data = folder, folder / "data"
        self._port, password = free_port(), secrets.token_urlsafe(16)
        self.url = f"postgresql://tests:{password}@127.0.0.1:{self._port}/postgres"
        secret, sockets = folder / "password", folder / "sockets"
        secret.write_text(password)
        sockets.mkdir()
        _own(folder, secret, sockets)
        make: list[str | Path] = [self._programs / "initdb", "-D", self._data, "-U", "tests"]
        make += ["-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        make += ["--locale=C.UTF-8", "--encoding=UTF8"]
        subprocess.run(_as_user(make), check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603  ours

    def start(self) -> None:
        """Start it, again with the data that it had."""
        sockets = str(self._folder / "sockets")
        chosen = {**SETTINGS, "port": str(self._port), "unix_socket_directories": sockets}
        run: list[str | Path] = [self._programs / "postgres", "-D", self._data]
        run += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(_as_user(run), stdout=log, stderr=log, cwd="/")  # noqa: S603  ours
        ready: list[str | Path] = [
            self._programs / "pg_isready",
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self._port),
        ]
        until = time.monotonic() + START_S
        while subprocess.run(ready, check=False).returncode:  # noqa: S603  ours
            if time.monotonic() > until:
                sys.exit("The private PostgreSQL did not start.")
            time.sleep(0.1)

    def make_database(self) -> str:
        """Make an empty database; return its URL."""
        name = f"made_{secrets.token_hex(4)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url.removesuffix("postgres") + name

    def make_role(self, *rights: str) -> tuple[str, str]:
        """Make a role with these rights (`CREATEDB`); return their name and their password."""
        name, password = f"role_{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        make = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
            sql.Identifier(name), sql.SQL(" ".join(rights)), sql.Literal(password)
        )
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(make)
        return name, password

    def stop(self) -> None:
        """Stop it immediately, even with clients connected."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(START_S)

    @contextlib.contextmanager
    def stand_still(self) -> Iterator[None]:
        """Let it hang in the block: it takes connections, and says nothing."""
        everybody = [psutil.Process(self._process.pid)]
        everybody += everybody[0].children(recursive=True)
        for each in everybody:
            each.suspend()
        try:
            yield
        finally:
            for each in everybody:
                each.resume()


@contextlib.contextmanager
def postgres_server(folder: Path, programs: Path | None = None) -> Iterator[PrivatePostgres]:
    """Run one until the block ends, with other programs than the system's if any are given."""
    server = PrivatePostgres(folder, programs)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def programs_without(extension: str, folder: Path) -> Path:
    """Return programs in a folder of their own, of a server that has no such extension.

    A server looks for extensions beside its own program, so that one is a copy.
    """
    version = _programs().parent
    programs = folder / version.relative_to("/usr") / "bin"
    shared = folder / "share" / "postgresql" / version.name
    extensions = Path("/usr") / shared.relative_to(folder) / "extension"
    programs.mkdir(parents=True)
    (shared / "extension").mkdir(parents=True)
    for each in (*_programs().iterdir(), version / "lib"):
        (folder / each.relative_to("/usr")).symlink_to(each)
    (programs / "postgres").unlink()
    shutil.copy(_programs() / "postgres", programs)
    for each in (*extensions.parent.iterdir(), *extensions.iterdir()):
        if each != extensions and not each.name.startswith(extension):
            (folder / each.relative_to("/usr")).symlink_to(each)
    return programs


def _programs() -> Path:
    """Return the folder of the newest server's programs; install them where that is possible."""
    if find_programs() is None:
        install(["postgresql"])
    found = find_programs()
    if found is None:
        sys.exit(NO_POSTGRESQL)
    return found


def _as_user(command: list[str | Path]) -> list[str | Path]:
    return (
        ["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", *command]
        if _is_root()
        else command
    )


def _own(*paths: Path) -> None:
    if _is_root():
        for path in paths:
            shutil.chown(path, USER, USER)


def _is_root() -> bool:
    return os.geteuid() == 0


def main() -> int:
    """Run the command beside the servers; return how it ended."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    with (
        tempfile.TemporaryDirectory(prefix="servers-") as folder,
        postgres_server(Path(folder)) as postgres,
        redis_server(Path(folder)) as redis,
    ):
        environ = {
            **os.environ,
            "TEST_DATABASE_URL": postgres.url,
            "TEST_REDIS_URL": redis.url,
        }
        return subprocess.run(command, check=False, env=environ).returncode  # noqa: S603  what was asked for


if __name__ == "__main__":
    sys.exit(main())
