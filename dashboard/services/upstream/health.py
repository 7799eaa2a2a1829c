"""The health of the Partner API, as our own calls saw it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.partner.telemetry import CallResult
from dashboard.store.upstream.observations import Minute, Seen

SPAN = timedelta(minutes=60)
STATE, CALL = "state", "call."  # names under which it is kept; CALL is followed by a result


class UpstreamState(StrEnum):
    """How the last call by anyone here ended."""

    OK = "ok"
    REFUSED = "refused"  # our credentials
    LIMITED = "limited"
    DOWN = "down"
    UNREADABLE = "unreadable"  # something answered, but not as the contract has it
    NEVER = "never"  # asked


@dataclass(frozen=True)
class UpstreamHealth:
    """The API as we saw it. `minutes` are all of the span, oldest first, quiet ones too.

    `since_at` is when the state began, `failure_cause` one word: a kind of Unavailable, or the
    name of an error.
    """

    state: UpstreamState
    since_at: datetime | None
    last_ok_at: datetime | None
    last_failure_at: datetime | None
    failure: UpstreamState | None
    failure_cause: str
    span: timedelta
    calls: int
    failures: int
    mean_ms: int | None
    slowest_ms: int | None
    minutes: tuple[Minute, ...]


def health_of(seen: Mapping[str, Seen], minutes: tuple[Minute, ...]) -> UpstreamHealth:
    """Read it from what was last seen, and the minutes of the span."""
    ends = {result: seen[CALL + result] for result in CallResult if CALL + result in seen}
    failures = {result: last for result, last in ends.items() if result is not CallResult.OK}
    last = max(ends, key=lambda result: ends[result].at, default=None)
    failed = max(failures, key=lambda result: failures[result].at, default=None)
    since = seen.get(STATE)
    span = Minute(minutes[0].minute)
    for minute in minutes:
        span = span.plus(minute)
    return UpstreamHealth(
        state=UpstreamState(last) if last else UpstreamState.NEVER,
        since_at=since.at if since and since.value == last else None,
        last_ok_at=seen_at(ends.get(CallResult.OK)),
        last_failure_at=failures[failed].at if failed else None,
        failure=UpstreamState(failed) if failed else None,
        failure_cause=failures[failed].value if failed else "",
        span=SPAN,
        calls=span.calls,
        failures=span.failures,
        mean_ms=span.mean_ms,
        slowest_ms=span.slowest_ms if span.mean_ms is not None else None,
        minutes=minutes,
    )


def seen_at(seen: Seen | None) -> datetime | None:
    """Return when something was seen, None for what was never seen."""
    return seen.at if seen else None
