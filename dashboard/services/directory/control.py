"""Starting, pausing and resuming sweeps, each with its entry in the audit log."""

from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.directory.sweeping import begin
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.db.database import Database
from dashboard.store.directory import sweeps
from dashboard.store.maintenance import old_sweeps

SWEEP = Subject("directory", None)
KEPT = 100  # sweeps


class SweepControl:
    """What a person may do with sweeps. Doing one twice has no further effect."""

    def __init__(self, database: Database, audit_log: AuditRecorder, clock: Clock) -> None:
        self._database = database
        self._log = audit_log
        self._clock = clock

    def start(self, by: Actor) -> bool:
        """Begin a sweep; return whether none was running."""
        with self._database.write() as connection:
            has_begun = begin(connection, self._clock())
            if has_begun:
                self._log.record(connection, Action.DIRECTORY_START, by, SWEEP)
        return has_begun

    def pause(self, by: Actor) -> bool:
        """Pause the sweep that runs; return whether one did."""
        with self._database.write() as connection:
            sweep = sweeps.find_last(connection)
            if sweep is None or not sweep.is_running or sweep.paused_at:
                return False
            sweeps.pause(connection, sweep.id, self._clock())
            self._log.record(connection, Action.DIRECTORY_PAUSE, by, SWEEP)
        return True

    def resume(self, by: Actor) -> bool:
        """Let a paused sweep go on where it was; return whether one was paused."""
        with self._database.write() as connection:
            sweep = sweeps.find_last(connection)
            if sweep is None or not sweep.is_running or not sweep.paused_at:
                return False
            sweeps.pause(connection, sweep.id, None)
            self._log.record(connection, Action.DIRECTORY_RESUME, by, SWEEP)
        return True

    def remove_old(self) -> None:
        """Remove old sweeps.

        Raises:
            StoreError: the database cannot be used.

        """
        with self._database.read() as connection:
            before = old_sweeps.find_before(connection, KEPT)
        if before is not None:
            with self._database.write() as connection:
                old_sweeps.remove(connection, before)
