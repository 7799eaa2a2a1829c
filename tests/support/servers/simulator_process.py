"""A simulator in a process of its own, with its controls as methods."""

import contextlib
import json
import os
import secrets
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote

from dashboard.simulator import KeyPair
from tests.support.canaries import Kind, canaries
from tests.support.servers import warm
from tests.support.servers.warm import WarmProcess

START_S = 90.0
STOP_S = 60.0
_ANNOUNCED_LAST = "SIMULATOR_URL"
_NOT_INHERITED = ("PARTNER_API_KEY", "PARTNER_API_SECRET", "SIMULATOR_")


@dataclass(frozen=True)
class LoggedRequest:
    """One call: no `status` means no answer; `made` is what it changed, `fault` what was played."""

    seq: int
    at: str
    method: str
    path: str
    query: str
    status: int | None
    partner: int | None
    pair: int | None
    body: Any
    headers: tuple[str, ...]
    fault: Mapping[str, object] | None
    made: Mapping[str, str]


@dataclass(frozen=True)
class RunningSimulator:
    """Where it listens, the keys of both partners, and what a test may turn."""

    base_url: str
    first: KeyPair
    second: KeyPair

    def requests(self, after: int = 0) -> list[LoggedRequest]:
        """Return every call of the API since the log was cleared, or after one, oldest first."""
        logged = self._call("GET", f"requests?after={after}")["requests"]
        return [LoggedRequest(**{**one, "headers": tuple(one["headers"])}) for one in logged]

    def clear_requests(self) -> None:
        self._call("DELETE", "requests")

    def set_faults(self, faults: Sequence[Mapping[str, object]]) -> None:
        """Replace all faults; what a fault leaves out is as in one that does nothing."""
        self._call("PUT", "faults", {"faults": [dict(fault) for fault in faults]})

    def set_rivals(self, **chosen: object) -> None:
        self._call("PUT", "rivals", chosen)

    def add_user(
        self, user: Mapping[str, object], *, partner: int = 1, user_type: str = "personal"
    ) -> str:
        """Store a user exactly as given; return its id (`None` as text if it has none)."""
        body = {"partner": partner, "user": dict(user), "user_type": user_type}
        return str(self._call("POST", "users", body)["id"])

    def set_status(self, user_id: str, status: str) -> None:
        self._call("PATCH", f"users/{quote(user_id)}", {"status": status})

    def set_money(self, user_id: str, **rows: object) -> None:
        self._call("PUT", f"users/{user_id}/money", rows)

    def users(self, partner: int = 1) -> list[dict[str, Any]]:
        """Return all of a partner's users, newest first, each with its `userType`."""
        users: list[dict[str, Any]] = self._call("GET", f"users?partner={partner}")["users"]
        return users

    def inquiries(self, user_id: str) -> list[dict[str, Any]]:
        """Return a user's inquiries."""
        found: list[dict[str, Any]] = self._call("GET", f"inquiries?userId={user_id}")["inquiries"]
        return found

    def age_inquiry(self, inquiry_id: str, hours: float) -> None:
        """Make an inquiry as old as this."""
        started = datetime.now(UTC) - timedelta(hours=hours)
        self._call("PATCH", f"inquiries/{inquiry_id}", {"started_at": started.isoformat()})

    def move(self, by: timedelta) -> None:
        """Let this time pass, with all that happens in it."""
        self._call("POST", "clock", {"move_s": round(by.total_seconds())})

    def now(self) -> datetime:
        """Return what its clock says."""
        return datetime.fromisoformat(self._call("GET", "clock")["now"])

    def let_happen(self, user_id: str, what: str, after: timedelta = timedelta()) -> None:
        """Let something become of a user: approved, failed, started by the other client, …"""
        body = {"user": user_id, "what": what, "after_s": round(after.total_seconds())}
        self._call("POST", "happenings", body)

    def happenings(self) -> list[dict[str, Any]]:
        """Return what happened and what is to happen, in the order of time."""
        listed: list[dict[str, Any]] = self._call("GET", "happenings")["happenings"]
        return listed

    def populate(self, seed: int) -> None:
        """Let people live from now on; the same ones for the same seed."""
        self._call("PUT", "population", {"seed": seed})

    def reset(self) -> None:
        """Make everything as it was at the start: people, faults, rivals, keys, log, clock."""
        self._call("POST", "reset", {})

    def accept_keys(self, partner: int, accepted: bool) -> None:  # noqa: FBT001  the agreed form
        """Let a partner's keys work, or answer them with 401."""
        self._call("PUT", "keys", {"partner": partner, "accepted": accepted})

    def generate_keys(self, partner: int = 1) -> tuple[int, KeyPair]:
        """Make a pair at the vendor's console; return its number and the pair."""
        made = self._call("POST", "keys", {"partner": partner})
        canaries.remember(Kind.SECRET, made["api_secret"])
        return int(made["id"]), KeyPair(made["api_key"], made["api_secret"])

    def revoke_keys(self, pair_id: int) -> None:
        """Revoke a pair at the vendor's console."""
        self._call("DELETE", f"keys/{pair_id}")

    def key_number(self, pair: KeyPair) -> int:
        """Return the number that the console gives a pair."""
        listed = self._call("GET", "keys")["keys"]
        return next(int(each["id"]) for each in listed if each["api_key"] == pair.api_key)

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  JSON
        request = urllib.request.Request(  # noqa: S310  a loopback address of ours
            f"{self.base_url}/_simulator/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with _DIRECT.open(request, timeout=STOP_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode()
            raise AssertionError(f"{method} {path}: {error.code} {said}") from None


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def vendor_like_pair() -> KeyPair:
    """Return a pair that production takes: nothing in it says that a simulator made it."""
    return KeyPair(
        f"qash_key_live_{secrets.token_hex(20)}", f"qash_secret_live_{secrets.token_hex(64)}"
    )


@contextlib.contextmanager
def start_simulator(
    directory: Path,
    users: int = 500,
    seed: int = 1,
    first: KeyPair | None = None,
    *,
    is_recent: bool = False,
) -> Iterator[RunningSimulator]:
    """Run one on a free port until the block ends; its people are kept in the directory.

    `first` is the pair of the first partner, made up where there is none. `is_recent`: its people
    registered in the last eight weeks.
    """
    command = ["dashboard.simulator", "--port", "0"]
    command += ["--users", str(users), "--seed", str(seed)]
    command += ["--database", str(directory / "simulator.sqlite3"), *["--recent"] * is_recent]
    said, out = os.pipe()
    with (directory / "simulator.log").open("ab") as log, os.fdopen(out, "wb"):
        process = warm.start(command, _environment(first), out, log.fileno())
    try:
        yield _running(_announced(said, directory / "simulator.log"), first)
    finally:
        _stop(process)


def _environment(first: KeyPair | None) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(_NOT_INHERITED)
    }
    if first is None:
        return inherited
    return {
        **inherited,
        "PARTNER_API_KEY": first.api_key,
        "PARTNER_API_SECRET": first.api_secret,
    }


def _announced(said: int, log: Path) -> dict[str, str]:
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=(said, lines), daemon=True).start()
    announced: dict[str, str] = {}
    while _ANNOUNCED_LAST not in announced:
        try:
            line = lines.get(timeout=START_S)
        except Empty:
            raise AssertionError("The simulator did not start in time.") from None
        if not line:
            raise AssertionError(f"The simulator did not start: {log.read_text()}")
        name, _, value = line.strip().partition("=")
        announced[name] = value
    return announced


def _read(said: int, lines: SimpleQueue[str]) -> None:
    """Pass its lines on, and an empty one at the end; read on, so that it never blocks."""
    with os.fdopen(said) as out:
        for line in out:
            lines.put(line)
    lines.put("")


def _running(announced: Mapping[str, str], first: KeyPair | None) -> RunningSimulator:
    return RunningSimulator(
        announced[_ANNOUNCED_LAST],
        first or KeyPair(announced["PARTNER_API_KEY"], announced["PARTNER_API_SECRET"]),
        KeyPair(announced["SECOND_PARTNER_API_KEY"], announced["SECOND_PARTNER_API_SECRET"]),
    )


def _stop(process: WarmProcess) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
