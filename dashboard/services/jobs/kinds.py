"""What a kind of job does with a row, and the outcome."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.permissions import Permission
from dashboard.services.registrations.register import StillWanted
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.states import RowState


@dataclass(frozen=True)
class RowEnd:
    """The outcome of a row; `detail` is our word for the reason, `said` what the API said."""

    state: RowState
    detail: str
    user_id: UUID | None = None
    said: str = field(default="", repr=False)


@dataclass(frozen=True)
class Later:
    """Nothing happened: the row waits again.

    `is_used`: the intent was recorded, so the next try has another one. `is_try`: after a few of
    these the row is refused.
    """

    wait: timedelta
    is_used: bool = False
    is_try: bool = False


@dataclass(frozen=True)
class UnderWay:
    """The attempt of the row has no outcome yet: the row is looked at again after its lease."""


RowResult = RowEnd | Later | UnderWay


class RowWork(Protocol):
    """What a kind of job does with its rows."""

    @property
    def permission(self) -> Permission:
        """The permission that the person who starts it must keep until the last row."""

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Perform a row, once per intent. Raises StoreError."""
