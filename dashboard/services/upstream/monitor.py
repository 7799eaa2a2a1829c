"""Observations of the Partner API: whether it answers, how fast, and which parts work.

Every call tells us what became of it. That is kept in this process and goes to the database, which
all workers share, at most every ten seconds, or immediately when something changed: a page costs no
write, and a call never fails because the database is busy. The log of requests goes with it.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

import structlog

from dashboard.partner.list_filters import LIST_PARAMS
from dashboard.partner.responses import ListPaging, ListShape
from dashboard.partner.telemetry import CallRecord, CallResult
from dashboard.services.clocks import latest_seen
from dashboard.services.ports import Clock
from dashboard.services.upstream import api_clock
from dashboard.services.upstream import key_usage as pair_seen
from dashboard.services.upstream.health import CALL, SPAN, STATE, UpstreamHealth, health_of, seen_at
from dashboard.services.upstream.key_usage import KeyUsage
from dashboard.store.db.columns import read_back
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.db.timeouts import BRIEFLY_MS
from dashboard.store.requests import log as request_log
from dashboard.store.requests.log import CallRow
from dashboard.store.upstream import observations as upstream
from dashboard.store.upstream.observations import Minute, Seen

FLUSH_EVERY = timedelta(seconds=10)
KEEP = timedelta(hours=24)
CALLS_MAX = 1000  # that wait to be written; older ones are given up
_LIST, _PARAMETER = "list.", "parameter."
_HONOURED, _IGNORED = "honoured", "ignored"
log = structlog.get_logger()


@dataclass(frozen=True)
class SeenParameter:
    """Whether a parameter of the list was last seen to be honoured; None while it was not seen."""

    name: str
    honoured: bool | None
    at: datetime | None


@dataclass(frozen=True)
class UpstreamSeen:
    """Facts about the API for the settings page."""

    accepted_at: datetime | None
    refused_at: datetime | None
    shape: ListShape | None
    shape_at: datetime | None
    parameters: tuple[SeenParameter, ...]


@dataclass
class _Batch:
    """Observations that wait to be written."""

    minutes: dict[datetime, Minute] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    state: Seen | None = None
    calls: deque[CallRow] = field(default_factory=deque)
    missing: int = 0

    def add(self, calls: Iterable[CallRow]) -> None:
        """Keep calls for the log, as many as there is room for."""
        for call in calls:
            self.calls.append(call)
            if len(self.calls) > CALLS_MAX:
                self.calls.popleft()
                self.missing += 1

    def put_before(self, older: "_Batch") -> None:
        """Keep observations that could not be written."""
        later, self.calls = self.calls, older.calls
        self.missing += older.missing
        self.add(later)
        for at, counted in older.minutes.items():
            self.minutes[at] = counted.plus(self.minutes.get(at, Minute(at)))
        self.seen = older.seen | self.seen
        self.state = self.state or older.state


class UpstreamMonitor:
    """Stores the observations of every call, and returns them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._batch = _Batch()
        self._known: dict[str, str] = {}
        self._flushed_at: datetime | None = None

    def observe(self, call: CallRecord) -> None:
        """Note how a call ended. Never raises, and hardly ever writes."""
        failed = call.result is not CallResult.OK
        at, took_ms = call.at.replace(second=0, microsecond=0), 0 if failed else call.took_ms
        one = Minute(at, calls=1, failures=int(failed), total_ms=took_ms, slowest_ms=took_ms)
        state = call.result.value
        with self._lock:
            batch = self._batch
            batch.minutes[at] = batch.minutes.get(at, Minute(at)).plus(one)
            batch.seen[CALL + call.result] = Seen(call.cause, call.at)
            batch.seen.update(pair_seen.noted(call) | api_clock.noted(call))
            batch.add([_row(call)])
            is_news = self._known.get(STATE) != state
            if is_news:
                self._known[STATE] = state
                batch.state = Seen(state, call.at)
        self._flush(urgent=is_news)

    def observe_trial(self, call: CallRecord) -> None:
        """Note whether a pair that is being tried was accepted: it says nothing about the API."""
        with self._lock:
            self._batch.seen.update(pair_seen.noted(call))
            self._batch.add([_row(call)])
        self._flush(urgent=True)

    def log_refused(self, call: CallRecord) -> None:
        """Put a call in the log of requests that was refused on purpose: it says nothing else."""
        with self._lock:
            self._batch.add([_row(call)])

    def saw_list(self, shape: ListShape, honoured: Mapping[str, bool], at: datetime) -> None:
        """Note the shape a list came in, and which of its parameters did what they should."""
        words = {
            **{f"{_LIST}{name}": str(value) for name, value in vars(shape).items()},
            **{
                f"{_PARAMETER}{name}": _HONOURED if good else _IGNORED
                for name, good in honoured.items()
            },
        }
        with self._lock:
            self._batch.seen.update({name: Seen(word, at) for name, word in words.items()})
            is_news = not words.items() <= self._known.items()
            self._known |= words
        self._flush(urgent=is_news)

    def health(self) -> UpstreamHealth:
        """Return the API's health, as all workers saw it."""
        self._flush(urgent=False)
        first = (self._clock() - SPAN + timedelta(minutes=1)).replace(second=0, microsecond=0)
        with self._database.read() as connection:
            counted = {each.minute: each for each in upstream.minutes_since(connection, first)}
            seen = self._seen(connection)
        minutes = [first + timedelta(minutes=number) for number in range(SPAN.seconds // 60)]
        return health_of(seen, tuple(counted.get(minute, Minute(minute)) for minute in minutes))

    def seen(self) -> UpstreamSeen:
        """Return the observations of the credentials, the list and its parameters."""
        self._flush(urgent=False)
        with self._database.read() as connection:
            seen = self._seen(connection)
        items = seen.get(f"{_LIST}items")
        return UpstreamSeen(
            accepted_at=seen_at(seen.get(CALL + CallResult.OK)),
            refused_at=seen_at(seen.get(CALL + CallResult.REFUSED)),
            shape=_shape(seen) if items else None,
            shape_at=seen_at(items),
            parameters=tuple(_parameter(name, seen) for name in LIST_PARAMS),
        )

    def seen_of(self, credential: str) -> KeyUsage:
        """Return when a pair of credentials (`Credentials.id`) was last accepted and refused."""
        self._flush(urgent=False)
        with self._database.read() as connection:
            return pair_seen.of_pair(self._seen(connection), credential)

    def _seen(self, connection: Transaction) -> dict[str, Seen]:
        return upstream.everything_seen(connection, latest_seen(self._clock()))

    def ignores(self, parameter: str) -> bool:
        """Return whether the list was last seen to ignore a parameter."""
        seen = {each.name: each.honoured for each in self.seen().parameters}
        return seen.get(parameter) is False

    def flush(self) -> None:
        """Write the waiting observations, for a process that is about to end."""
        self._flush(urgent=True)

    def _flush(self, *, urgent: bool) -> None:
        now = self._clock()
        with self._lock:
            flushed_at = self._flushed_at
            early = flushed_at is not None and abs(now - flushed_at) < FLUSH_EVERY
            if not (self._batch.seen or self._batch.calls) or (early and not urgent):
                return
            batch, self._batch, self._flushed_at = self._batch, _Batch(), now
        try:
            with self._database.write(wait_ms=BRIEFLY_MS) as connection:
                upstream.count(connection, batch.minutes.values())
                upstream.see(connection, batch.seen)
                if batch.state:
                    upstream.turn(connection, STATE, batch.state)
                upstream.forget_before(connection, now - KEEP)
                request_log.add(connection, batch.calls)
                if batch.missing:
                    upstream.add_up(connection, upstream.MISSING_CALLS, batch.missing, now)
        except StoreError as error:
            log.warning("upstream_not_recorded", cause=str(error))
            with self._lock:
                self._batch.put_before(batch)


def _row(call: CallRecord) -> CallRow:
    return CallRow(
        at=call.at,
        verb=call.verb,
        path=call.path,
        user_id=call.user_id,
        status=call.status,
        result=call.result.value,
        cause=call.cause,
        took_ms=call.took_ms,
        tries=call.tries,
        request_id=call.caller.request_id,
        upstream_request=call.upstream_request,
        staff_id=call.caller.staff_id,
    )


def _shape(seen: Mapping[str, Seen]) -> ListShape:
    items, counters, paging = (seen[f"{_LIST}{each.name}"].value for each in fields(ListShape))
    return ListShape(items, counters, read_back(ListPaging, paging, ListPaging.NOT_TOLD))


def _parameter(name: str, seen: Mapping[str, Seen]) -> SeenParameter:
    found = seen.get(_PARAMETER + name)
    return SeenParameter(name, found.value == _HONOURED if found else None, seen_at(found))
