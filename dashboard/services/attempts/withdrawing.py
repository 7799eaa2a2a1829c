"""An attempt that turns out not to be wanted when it is recorded: nothing is recorded or sent."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.store.db.database import Transaction

StillWanted = Callable[[Transaction], bool]
"""Whether to go on, asked in the transaction that records the attempt."""


@dataclass(frozen=True)
class Withdrawn:
    """It should no longer be sent. Nothing was sent, and nothing is recorded."""


def always(_: Transaction) -> bool:
    """Return True: it is still wanted."""
    return True
