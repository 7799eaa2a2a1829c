"""Faults played on demand: what each says, and which call it is for."""

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

API_PREFIX = "/api/v1/partner"
_LATENCY_MAX_MS = 120_000
_WORDS = {
    "reset": ("before", "after"),
    "hang": ("before", "after"),
    "drip": ("headers", "body"),
    "method": ("GET", "POST"),
    "body": ("html", "empty", "truncated", "not_json", "huge", "hollow", "bomb", "deep", "long"),
}


class FaultError(ValueError):
    """A fault that cannot be played; the text says which field is wrong."""


@dataclass
class Fault:
    """One fault.

    `latency_ms` waits first. `status`, or `redirect` to an address, answers in place of the work,
    with `done` after it; `body` without a status does the work and spoils the answer, as 200
    (`hollow` empties its lists, `long` lengthens its texts). `reset` closes the connection
    `before` the work or `after` it, `hang` keeps it open without an answer, `drip` sends the
    `headers` or the `body` in drops. `method` and `path` (a prefix below the API's) say which
    calls; None is every one. `times` counts down with each call; None is for ever.
    """

    status: int | None = None
    latency_ms: int = 0
    retry_after_s: int | None = None
    reset: str | None = None
    hang: str | None = None
    drip: str | None = None
    redirect: str | None = None
    done: bool = False
    method: str | None = None
    path: str | None = None
    times: int | None = None
    body: str | None = None

    @classmethod
    def read(cls, raw: object) -> "Fault":
        """Read one from JSON. Raises FaultError."""
        if not isinstance(raw, dict):
            raise FaultError("A fault is an object.")
        if unknown := raw.keys() - {one.name for one in fields(cls)}:
            raise FaultError(f"A fault has no {', '.join(sorted(unknown))}.")
        for name, words in _WORDS.items():
            if raw.get(name) not in (None, *words):
                raise FaultError(f"{name} is one of {', '.join(words)}, or null.")
        for name in ("path", "redirect"):
            if not isinstance(raw.get(name), str | None):
                raise FaultError(f"{name} is text, or null.")
        if not isinstance(raw.get("done", False), bool):
            raise FaultError("done is true or false.")
        _check_number(raw, "status", 400, 599)
        _check_number(raw, "retry_after_s", 0, 86_400)
        _check_number(raw, "times", 1, 1_000_000)
        _check_number(raw, "latency_ms", 0, _LATENCY_MAX_MS)
        return cls(**{**raw, "latency_ms": raw.get("latency_ms") or 0})

    @property
    def is_silent(self) -> bool:
        """Return whether no whole answer comes in a sensible time."""
        return bool(self.reset or self.hang or self.drip)

    def fits(self, method: str, path: str) -> bool:
        """Return whether this call is meant; `path` is the whole one."""
        return self.method in (None, method) and path.startswith(API_PREFIX + (self.path or ""))


class Faults:
    """The list of faults, of which the first that fits a call applies."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def replace(self, faults: list[Fault]) -> None:
        """Play these from now on."""
        with self._lock:
            self._faults = list(faults)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this call, and count it."""
        with self._lock:
            fault = next((one for one in self._faults if one.fits(method, path)), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if fault.times == 0:
                    self._faults.remove(fault)
            return fault

    def listed(self) -> list[Mapping[str, object]]:
        """Return the faults still to come."""
        with self._lock:
            return [asdict(fault) for fault in self._faults]


def _check_number(raw: Mapping[str, Any], name: str, least: int, most: int) -> None:
    value = raw.get(name)
    if value is None:
        return
    if type(value) is not int or not least <= value <= most:
        raise FaultError(f"{name} is a whole number from {least} to {most}, or null.")
