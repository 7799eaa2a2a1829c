"""How complete and how fresh the directory is, and what its upkeep does now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dashboard.services.directory.budget import BackgroundBudget, BudgetUse
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.directory.sweeping import can_catch_up, next_at
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.ports import Clock
from dashboard.store.credentials import active as api_switch
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import coverage, sweeps
from dashboard.store.directory.sweeps import Phase, Sweep, SweepProblem

SWEEPS_SHOWN = 5


class CatchUp(StrEnum):
    """Whether the newest users are read every minute."""

    ON = "on"
    UNKNOWN = "unknown"  # no page was read yet
    OTHER_ORDER = "other_order"  # the list is not newest first


@dataclass(frozen=True)
class Coverage:
    """What the directory holds of the API's list.

    `swept_at`: when a sweep last read the whole list. `users` leaves out those who are gone.
    `total` is what the API gave last, None where it gives none; `newest_at` is when we last knew
    everyone who had registered.
    """

    is_on: bool
    swept_at: datetime | None
    users: int
    gone: int
    total: int | None
    newest_at: datetime | None

    @property
    def has_swept(self) -> bool:
        """Whether a sweep has read the whole list."""
        return self.swept_at is not None

    @property
    def is_complete(self) -> bool:
        """Whether lists may come from here."""
        return self.is_on and self.has_swept

    @property
    def percent(self) -> int | None:
        """The part of the API's users that is here, rounded down."""
        return min(self.users * 100 // self.total, 100) if self.total else None


@dataclass(frozen=True)
class ToldSweep:
    """A sweep and what was wrong with the list meanwhile."""

    sweep: Sweep
    problems: tuple[SweepProblem, ...]

    @property
    def pages(self) -> int | None:
        """About how many pages there are; None where the API gives no total, or it is a guess."""
        sweep = self.sweep
        if sweep.total is None or sweep.passes > 1 or sweep.phase is Phase.FRONT:
            return None
        return max(sweep.pages, -(-sweep.total // sweep.position.most))


@dataclass(frozen=True)
class DirectoryStatus(Coverage):
    """The directory and its upkeep."""

    running: ToldSweep | None
    ended: tuple[ToldSweep, ...]
    next_sweep_at: datetime | None
    catch_up: CatchUp
    worker_runs: bool
    is_frozen: bool
    budget: BudgetUse

    @property
    def is_moving(self) -> bool:
        """Whether the page changes without anyone's doing."""
        return self.running is not None and self.running.sweep.paused_at is None


class DirectoryStatusReader:
    """Reads the status. Makes no API call."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        budget: BackgroundBudget,
        heartbeat: WorkerHeartbeat,
        settings: SyncSettings,
    ) -> None:
        self._database = database
        self._clock = clock
        self._budget = budget
        self._heartbeat = heartbeat
        self._settings = settings

    def coverage(self) -> Coverage:
        """Return what the directory holds.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            return self._coverage(connection)

    def read(self) -> DirectoryStatus:
        """Return everything.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            recent = sweeps.recent(connection, SWEEPS_SHOWN)
            held = self._coverage(connection)
            found = sweeps.problems(connection, [sweep.id for sweep in recent])
            is_frozen = api_switch.is_frozen(connection)
        told = tuple(
            ToldSweep(sweep, tuple(each for each in found if each.sweep_id == sweep.id))
            for sweep in recent
        )
        running = next((each for each in told if each.sweep.is_running), None)
        return DirectoryStatus(
            **vars(held),
            running=running,
            ended=tuple(each for each in told if each is not running),
            next_sweep_at=self._next_at(recent),
            catch_up=_catch_up(recent),
            worker_runs=self._heartbeat.is_running(),
            is_frozen=is_frozen,
            budget=self._budget.read(),
        )

    def _coverage(self, connection: Transaction) -> Coverage:
        known = coverage.read(connection)
        times = (known.caught_up_at, known.swept_at)
        return Coverage(
            is_on=self._settings.is_on,
            swept_at=known.swept_at,
            users=known.users - known.gone,
            gone=known.gone,
            total=known.total,
            newest_at=max((at for at in times if at), default=None),
        )

    def _next_at(self, recent: list[Sweep]) -> datetime | None:
        every, last = self._settings.sweep_every, next(iter(recent), None)
        if not (self._settings.is_on and every) or (last and last.is_running):
            return None
        return next_at(last, every, self._clock())


def _catch_up(recent: list[Sweep]) -> CatchUp:
    judged = next((each for each in recent if each.pages), None)
    if judged is None:
        return CatchUp.UNKNOWN
    return CatchUp.ON if can_catch_up(judged) else CatchUp.OTHER_ORDER
