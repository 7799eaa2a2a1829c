"""Faults played on demand: what each says, and which call it is for."""

import math
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from dashboard.simulator.state.clock import Clock

API_PREFIX, USER_PREFIX = "/api/v1/partner", "/api/v1/user"
_LATENCY_MAX_MS = 120_000
_SCHEDULE_MAX_S = 30 * 24 * 3600
_TOO_MANY = 429
_MINUTE = timedelta(minutes=1)
_WORDS = {
    "reset": ("before", "after"),
    "hang": ("before", "after"),
    "drip": ("headers", "body"),
    "method": ("GET", "POST"),
    "body": (
        "html",
        "empty",
        "truncated",
        "not_json",
        "huge",
        "hollow",
        "bomb",
        "deep",
        "long",
        "echo",
    ),
}


class FaultError(ValueError):
    """A fault that cannot be played; the text says which field is wrong."""


@dataclass
class Fault:
    """One fault.

    `latency_ms` waits first. `status`, or `redirect` to an address, answers in place of the work,
    with `done` after it; `body` without a status does the work and spoils the answer, as 200
    (`hollow` empties its lists, `long` lengthens its texts, `echo` puts the caller's token before
    them). `reset` closes the connection `before` the work or `after` it, `hang` keeps it open
    without an answer, `drip` sends the `headers` or the `body` in drops. `method` and `path` (a
    prefix below the partner's API, or a whole one of the user-level API) say which calls; None is
    every one. `times` counts down with each call; None is for ever. By the simulator's clock it
    begins `after_s` and lasts `for_s`; `beyond_per_min` spares that many calls of each minute, and
    says in a 429 when the next minute begins.
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
    after_s: int = 0
    for_s: int | None = None
    beyond_per_min: int | None = None

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
        _check_number(raw, "after_s", 0, _SCHEDULE_MAX_S)
        _check_number(raw, "for_s", 1, _SCHEDULE_MAX_S)
        _check_number(raw, "beyond_per_min", 0, 1_000_000)
        return cls(**{**raw, **{name: raw.get(name) or 0 for name in ("latency_ms", "after_s")}})

    @property
    def is_silent(self) -> bool:
        """Return whether no whole answer comes in a sensible time."""
        return bool(self.reset or self.hang or self.drip)

    def fits(self, method: str, path: str) -> bool:
        """Return whether this call is meant; `path` is the whole one."""
        if self.path is None:
            is_meant = path.startswith((API_PREFIX, USER_PREFIX))
        elif self.path.startswith(USER_PREFIX):
            is_meant = path.startswith(self.path)
        else:
            is_meant = path.startswith(API_PREFIX + self.path)
        return is_meant and self.method in (None, method)


class Faults:
    """The list of faults, of which the first that fits a call applies."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._playing: list[_Playing] = []

    def replace(self, faults: list[Fault]) -> None:
        """Play these from now on."""
        now = self._clock()
        with self._lock:
            self._playing = [_Playing(fault, now) for fault in faults]

    def add(self, fault: Fault) -> None:
        """Play this one too, before the others."""
        with self._lock:
            self._playing.insert(0, _Playing(fault, self._clock()))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault of this call, and count it."""
        now = self._clock()
        with self._lock:
            self._forget_ended(now)
            for each in self._playing:
                if each.fault.fits(method, path) and (fault := each.take(now)):
                    return fault
        return None

    def listed(self) -> list[Mapping[str, object]]:
        """Return the faults still to come."""
        with self._lock:
            self._forget_ended(self._clock())
            return [asdict(each.fault) for each in self._playing]

    def _forget_ended(self, now: datetime) -> None:
        self._playing = [each for each in self._playing if not each.is_over(now)]


class _Playing:
    """A fault, since when it was set, and the calls of this minute that it may spare."""

    def __init__(self, fault: Fault, since: datetime) -> None:
        self.fault = fault
        self._begins = since + timedelta(seconds=fault.after_s)
        self._ends = self._begins + timedelta(seconds=fault.for_s) if fault.for_s else None
        self._minute = since
        self._spared = 0

    def is_over(self, now: datetime) -> bool:
        return self.fault.times == 0 or (self._ends is not None and self._ends <= now)

    def take(self, now: datetime) -> Fault | None:
        """Return what to play for a call that fits, and count it."""
        if now < self._begins or self._spares(now):
            return None
        if self.fault.times is not None:
            self.fault.times -= 1
        is_limit = self.fault.beyond_per_min is not None and self.fault.status == _TOO_MANY
        if not is_limit or self.fault.retry_after_s is not None:
            return self.fault
        left = self._minute + _MINUTE - now
        return replace(self.fault, retry_after_s=math.ceil(left.total_seconds()))

    def _spares(self, now: datetime) -> bool:
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._spared = minute, 0
        is_spared = self._spared < (self.fault.beyond_per_min or 0)
        self._spared += is_spared
        return is_spared


def _check_number(raw: Mapping[str, Any], name: str, least: int, most: int) -> None:
    value = raw.get(name)
    if value is None:
        return
    if type(value) is not int or not least <= value <= most:
        raise FaultError(f"{name} is a whole number from {least} to {most}, or null.")
