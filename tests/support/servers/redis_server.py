"""A private Redis for tests: Debian's, on a free port of loopback, with a password of its own."""

import contextlib
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.browser.support.install import install
from tests.support.servers.dashboard_process import free_port

NO_REDIS = "No Redis: install it (Debian: apt-get install redis-server) and try again."
START_S = 60


class PrivateRedis:
    """A server of its own that keeps nothing on disk. `url` has its password and no database."""

    def __init__(self, folder: Path) -> None:
        self._program = _program()
        self._folder, port, password = folder, free_port(), secrets.token_urlsafe(16)
        self.url = f"redis://:{password}@127.0.0.1:{port}"
        settings = folder / "redis.conf"
        settings.touch(0o600)
        settings.write_text(
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\ndatabases 64\n"
            f'save ""\nappendonly no\ndir {folder}\n'
        )
        self._command = [self._program, str(settings)]

    def start(self) -> None:
        """Start it, with nothing in it."""
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)  # noqa: S603  ours
        until = time.monotonic() + START_S
        while not self._answers():
            if time.monotonic() > until:
                sys.exit("The private Redis did not start.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it immediately, even with clients connected."""
        self._process.kill()
        self._process.wait(START_S)

    def order(self, *words: str) -> None:
        """Give it a command, as its administrator can."""
        with Redis.from_url(self.url) as client:
            client.execute_command(*words)

    @contextlib.contextmanager
    def stand_still(self) -> Iterator[None]:
        """Let it hang in the block: it takes connections, and says nothing."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[PrivateRedis]:
    """Run one until the block ends."""
    server = PrivateRedis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _program() -> str:
    """Return the server's program; install it where that is possible."""
    if shutil.which("redis-server") is None:
        install(["redis-server"])
    found = shutil.which("redis-server")
    if found is None:
        sys.exit(NO_REDIS)
    return found
