"""Checks, before a write goes out, that it is recorded."""

from threading import Lock

from dashboard.partner.gate import Gate, HeldBack, Ticket
from dashboard.partner.telemetry import CallResult
from dashboard.store.db.database import Database
from tests.support import databases

_OPEN = """
SELECT count(*) FROM intents WHERE NOT EXISTS
(SELECT 1 FROM audit WHERE audit.attempt_seq = intents.attempt_seq)
"""


class Witness:
    """A gate in front of the real one. What another connection sees was committed.

    `unrecorded` counts the writes for which there was no open attempt.
    """

    def __init__(self, gate: Gate, database: Database) -> None:
        self.unrecorded = 0
        self._gate = gate
        self._database = database
        self._lock = Lock()
        self._under_way: set[int] = set()

    def enter(self, *, is_write: bool) -> Ticket | HeldBack:
        ticket = self._gate.enter(is_write=is_write)
        if is_write and isinstance(ticket, Ticket):
            with self._lock:
                self._under_way.add(id(ticket))
                self.unrecorded += self._recorded() < len(self._under_way)
        return ticket

    def next_after(self, refused: Ticket) -> Ticket | None:
        return self._gate.next_after(refused)

    def accepted(self, ticket: Ticket) -> None:
        self._gate.accepted(ticket)

    def is_shut(self) -> bool:
        return self._gate.is_shut()

    def leave(self, ticket: Ticket, result: CallResult, retry_after_s: float | None) -> None:
        with self._lock:
            self._under_way.discard(id(ticket))
        self._gate.leave(ticket, result, retry_after_s)

    def _recorded(self) -> int:
        with databases.behind_our_back(self._database) as connection:
            return int(connection.exec_driver_sql(_OPEN).scalar_one())
