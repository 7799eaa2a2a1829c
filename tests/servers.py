"""Private servers for tests: `python -m tests.servers -- COMMAND` runs it beside a PostgreSQL.

The server is Debian's, on a free port of loopback, with data and password of its own that are gone
afterwards. COMMAND finds it by TEST_DATABASE_URL.
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

from tests.browser.install import install
from tests.dashboard_process import free_port

NO_POSTGRESQL = "No PostgreSQL: install it (Debian: apt-get install postgresql) and try again."
USER = "postgres"  # who runs it where we are root, which it refuses to be
START_S = 30
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


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run one until the block ends; give the URL of its user, who may make databases."""
    programs = find_programs()
    if programs is None:
        install(["postgresql"])
        programs = find_programs()
    if programs is None:
        sys.exit(NO_POSTGRESQL)
    data, sockets, port = folder / "data", folder / "sockets", free_port()
    password = secrets.token_urlsafe(16)
    secret = folder / "password"
    secret.write_text(password)
    sockets.mkdir()
    _own(folder, secret, sockets)
    make: list[str | Path] = [programs / "initdb", "-D", data, "-U", "tests", "-A", "scram-sha-256"]
    make += [f"--pwfile={secret}", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"]
    subprocess.run(_as_user(make), check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603  ours
    chosen = {**SETTINGS, "port": str(port), "unix_socket_directories": str(sockets)}
    run: list[str | Path] = [programs / "postgres", "-D", data]
    run += [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(_as_user(run), stdout=log, stderr=log, cwd="/")  # noqa: S603  ours
    try:
        _wait(programs, port)
        yield f"postgresql://tests:{password}@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # its fast end: it waits for no client
        server.wait(START_S)


def _wait(programs: Path, port: int) -> None:
    ready: list[str | Path] = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + START_S
    while subprocess.run(ready, check=False).returncode:  # noqa: S603  ours
        if time.monotonic() > until:
            sys.exit("The private PostgreSQL did not start.")
        time.sleep(0.1)


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
    """Run the command beside the server; return how it ended."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    with (
        tempfile.TemporaryDirectory(prefix="servers-") as folder,
        postgres_server(Path(folder)) as url,
    ):
        environ = {**os.environ, "TEST_DATABASE_URL": url}
        return subprocess.run(command, check=False, env=environ).returncode  # noqa: S603  what was asked for


if __name__ == "__main__":
    sys.exit(main())
