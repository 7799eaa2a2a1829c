"""Workers of `killer.py`, which serve one request each, logged in as one person."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.support.killer import Order, Served

ROOT = Path(__file__).parents[3]
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Workers:
    """Workers that serve one request each."""

    process: subprocess.Popen[str]
    log: Path
    csrf: str = ""

    def get(self, path: str) -> Served:
        return self._order(Order("GET", path))

    def post(
        self,
        path: str,
        fields: dict[str, str],
        *,
        point: str | None = None,
        restart: bool = False,
        later_s: float = 0,
    ) -> Served:
        sent = {**fields, "csrf_token": self.csrf}
        return self._order(Order("POST", path, sent, point, restart, later_s))

    def log_in(self, email: str, password: str) -> None:
        for page in ("/login", "/account"):
            found = CSRF.search(self.get(page).text)
            assert found
            self.csrf = found[1]
            if page == "/login":
                fields = {"email": email, "password": password, "next": ""}
                assert self.post("/login", fields).status == 303

    def _order(self, order: Order) -> Served:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(order)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        while answer and not answer.startswith('{"killed"'):  # the rest is the application's log
            answer = self.process.stdout.readline()
        assert answer, self.log.read_text()[-2000:]
        return Served(**json.loads(answer))


@contextmanager
def start_workers(settings: Mapping[str, str], log: Path) -> Iterator[Workers]:
    """Run them until the block ends."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.support.killer"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    with process:
        yield Workers(process, log)
        process.terminate()
