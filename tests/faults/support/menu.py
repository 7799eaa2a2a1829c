"""Faults of one call, and how often each is drawn. Faults that take time are rare."""

from collections.abc import Mapping
from random import Random
from typing import Final

Fault = Mapping[str, object]

_READS: Final[tuple[tuple[int, Fault], ...]] = (
    (3, {"reset": "before"}),
    (3, {"reset": "after"}),
    (1, {"hang": "before"}),
    (1, {"hang": "after"}),
    (1, {"drip": "headers"}),
    (1, {"drip": "body"}),
    (2, {"body": "truncated"}),
    (2, {"body": "html"}),
    (2, {"body": "empty"}),
    (2, {"body": "not_json"}),
    (1, {"body": "huge"}),
    (1, {"body": "bomb"}),
    (1, {"body": "deep"}),
    (2, {"status": 401}),
    (2, {"status": 429, "retry_after_s": 1}),
    (1, {"status": 429}),
    (3, {"status": 503}),
    (1, {"status": 500, "body": "html"}),
    (1, {"latency_ms": 900}),  # past the deadline, and done all the same
)
_WRITES: Final[tuple[tuple[int, Fault], ...]] = (
    *_READS,
    (15, {}),  # some calls go well, or nothing would ever succeed
    (3, {"status": 503, "done": True}),
    (2, {"status": 500, "done": True, "body": "html"}),
    (1, {"status": 502, "done": True, "body": "truncated"}),
    (1, {"status": 400}),
    (1, {"status": 403}),
    (1, {"status": 404}),
    (1, {"status": 409}),
)
_WHICH: Final = frozenset({"method", "path", "times"})


def spoils(fault: Fault | None) -> bool:
    """Return whether a fault changes anything of the call for which it was drawn."""
    return any(value for name, value in (fault or {}).items() if name not in _WHICH)


def of_a_read(random: Random) -> Fault:
    return _drawn(random, _READS)


def of_a_write(random: Random, elsewhere: str) -> Fault:
    """Draw a fault; `elsewhere` is the other host, to which a redirect would lead."""
    redirects: tuple[tuple[int, Fault], ...] = (
        (1, {"redirect": elsewhere}),
        (1, {"redirect": elsewhere, "done": True}),
    )
    return _drawn(random, (*_WRITES, *redirects))


def _drawn(random: Random, menu: tuple[tuple[int, Fault], ...]) -> Fault:
    weights, faults = zip(*menu, strict=True)
    return dict(random.choices(faults, weights)[0])
