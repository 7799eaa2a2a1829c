"""The kinds of jobs: who may start one, what it does with a row, and the outcome."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.permissions import Permission
from dashboard.store.jobs.jobs import Job, JobKind
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.rows import NewRow
from dashboard.store.jobs.states import RowState

__all__ = [
    "Job",
    "JobKind",
    "JobWaits",
    "Kind",
    "Kinds",
    "Later",
    "NewRow",
    "RowEnd",
    "RowResult",
    "RowWork",
    "UnderWay",
    "open_to",
]


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


@dataclass(frozen=True)
class JobWaits:
    """Nothing happened: no row of the job is run before a time. The intent is unused."""

    until: datetime


RowResult = RowEnd | Later | UnderWay | JobWaits


class RowWork(Protocol):
    """What a kind of job does with its rows."""

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Perform a row, once per intent.

        `is_still_wanted` is asked in the transaction that records the attempt. Raises StoreError,
        and BudgetSpentError: the job then waits until the person may go on.
        """


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    `permission`: who may start, see and control it; its starter must keep it until the last row.
    `action`: what the intent of each row is for. `calls_api`: rows draw from the budget of
    background calls, and wait while calls are held back. One that is not `is_on` is not run.
    """

    permission: Permission
    action: StrEnum
    work: RowWork
    calls_api: bool
    is_on: bool = True


Kinds = Mapping[JobKind, Kind]


def open_to(kinds: Kinds, permissions: Collection[Permission]) -> frozenset[JobKind] | None:
    """Return the kinds that these permissions open; None: every kind, of other versions too."""
    found = frozenset(name for name, kind in kinds.items() if kind.permission in permissions)
    return None if len(found) == len(kinds) else found
