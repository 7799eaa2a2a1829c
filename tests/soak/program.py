"""A program of the product: started, killed, and started again in its place."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

START_S, STOP_S = 90.0, 60.0


@dataclass
class Program:
    """One process, with those that it starts. `ready` is an address that answers, or a word of
    its log."""

    name: str
    command: list[str]
    environ: Mapping[str, str]
    folder: Path  # where it runs: the tree of a version
    log: Path
    ready: str
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it works.

        Raises:
            RuntimeError: it does not.

        """
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it."""
        self.log.touch()
        self._from = self.log.stat().st_size
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603  our own command, no shell
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.environ},
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C is ours to pass on
            )

    def wait(self) -> None:
        """Wait until it works.

        Raises:
            RuntimeError: it does not.

        """
        until = time.monotonic() + START_S
        while not self._is_ready():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                raise RuntimeError(f"{self.name} did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it and all that it started, as `kill -9` and then systemd do."""
        if self._process is None:
            return
        with_all = psutil.Process(self._process.pid)
        for each in (with_all, *with_all.children(recursive=True)):
            each.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _is_ready(self) -> bool:
        if not self.ready.startswith("http"):
            return self.ready.encode() in self.log.read_bytes()[self._from :]
        try:
            with urllib.request.urlopen(self.ready, timeout=2):  # noqa: S310  loopback
                return True
        except OSError:
            return False
