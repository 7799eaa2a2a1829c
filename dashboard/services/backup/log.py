"""When the last good backup was made, and why the last one failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.services.clocks import is_fresh
from dashboard.store.db.database import Database, Transaction
from dashboard.store.upstream import observations
from dashboard.store.upstream.observations import Seen

_BEGUN, _GOOD, _FAILED = "backup.begun", "backup.good", "backup.failed"


@dataclass(frozen=True)
class BackupState:
    """The last backup that is good, and the last failure, each None where there was none."""

    good: Seen | None
    failed: Seen | None

    @property
    def failure(self) -> str:
        """Why the last backup failed, "" where it is good."""
        if self.failed is None or (self.good and self.good.at > self.failed.at):
            return ""
        return self.failed.value


class BackupLog:
    """Notes backups in the database that they are copies of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self) -> BackupState:
        """Return the state of backups."""
        with self._database.read() as connection:
            seen = observations.everything_seen(connection)
        return BackupState(seen.get(_GOOD), seen.get(_FAILED))

    def begin(self, now: datetime, every: timedelta, retry: timedelta) -> bool:
        """Note that one begins, if one is due; return whether it is. One worker takes it."""
        with self._database.read() as connection:
            if not _is_due(connection, now, every, retry):
                return False
        with self._database.write() as connection:
            if not _is_due(connection, now, every, retry):
                return False
            observations.put(connection, _BEGUN, Seen("", now))
        return True

    def note_good(self, file: Path, at: datetime) -> None:
        """Note a good backup by the time of its contents."""
        self._note(_GOOD, file.name, at)

    def note_failed(self, reason: str, at: datetime) -> None:
        """Note a failure."""
        self._note(_FAILED, reason, at)

    def _note(self, name: str, value: str, at: datetime) -> None:
        with self._database.write() as connection:
            observations.put(connection, name, Seen(value, at))


def _is_due(connection: Transaction, now: datetime, every: timedelta, retry: timedelta) -> bool:
    seen = observations.everything_seen(connection)
    good, begun = seen.get(_GOOD), seen.get(_BEGUN)
    return not (good and is_fresh(good.at, now, every)) and not (
        begun and is_fresh(begun.at, now, retry)
    )
