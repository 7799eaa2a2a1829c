"""The log of what was asked and done: for tests, so without a single header's value."""

import threading
from collections import deque
from dataclasses import asdict, dataclass, field, replace

from flask import Request

from dashboard.simulator.faults.plan import Fault
from dashboard.simulator.state.clock import Clock
from dashboard.simulator.state.keys import Pair
from dashboard.simulator.state.people import timestamp

KEPT = 10_000


@dataclass
class Entry:
    """One request. `status` is None until it is answered, for ever if it never is.

    `pair` is the number of the keys that came with it. `made` says what it changed, whatever was
    answered: `user` and `inquiry` by their ids, `token` by its `jti`. `fault` is the one that was
    played.
    """

    seq: int
    at: str
    method: str
    path: str
    query: str
    status: int | None
    partner: int | None
    pair: int | None
    body: object
    headers: list[str]
    fault: Fault | None
    made: dict[str, str] = field(default_factory=dict)


class RequestLog:
    """The newest requests, in the order in which they came."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def note(self, request: Request, pair: Pair | None, fault: Fault | None) -> Entry:
        """Note a request that has just come."""
        body = request.get_json(silent=True)
        headers = sorted({name.lower() for name in request.headers.keys()})  # noqa: SIM118  no mapping
        with self._lock:
            self._count += 1
            entry = Entry(
                seq=self._count,
                at=timestamp(self._clock()),
                method=request.method,
                path=request.path,
                query=request.query_string.decode("latin-1"),
                status=None,
                partner=pair.partner if pair else None,
                pair=pair.id if pair else None,
                body=body,
                headers=headers,
                fault=replace(fault) if fault else None,
            )
            self._entries.append(entry)
        return entry

    def listed(self, after: int = 0) -> list[dict[str, object]]:
        """Return what came after the request of this number, oldest first."""
        with self._lock:
            return [asdict(entry) for entry in self._entries if entry.seq > after]

    def clear(self) -> None:
        """Forget everything, and count from 1 again."""
        with self._lock:
            self._entries.clear()
            self._count = 0
