"""An operation that is started, and never sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.services.attempts.operations import Failure, Operation, Sent
from dashboard.services.recorder.recorder import Details
from dashboard.store.db.database import Transaction


@dataclass
class Sending(Operation[None]):
    """Sends nothing; `keep` is what the tables of its area keep of it."""

    details: Details = field(default_factory=dict)
    keep: Callable[[Transaction, int, datetime], None] | None = None

    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        if self.keep:
            self.keep(transaction, seq, at)

    def send(self) -> Sent[None]:
        raise AssertionError

    def rejected(self, _error: Failure, _transaction: Transaction, _seq: int) -> None:
        raise AssertionError

    def succeeded(self, _answer: None, _transaction: Transaction, _seq: int) -> None:
        raise AssertionError
