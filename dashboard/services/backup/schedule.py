"""Backups on a schedule: the worker makes one, tries to restore it, and deletes the oldest.

A file counts from the moment that it has its name: until then it ends in `.partial`.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from dashboard.services.backup.checks import BackupError, Restoring
from dashboard.services.backup.log import BackupLog
from dashboard.services.backup.sqlite import back_up, try_out
from dashboard.store.db.database import Database, is_file
from dashboard.store.maintenance import sqlite_copies as backups

RETRY = timedelta(hours=1)
PARTIAL = ".partial"
log = structlog.get_logger()


@dataclass(frozen=True)
class BackupSettings:
    """Where backups go (None: nowhere), how often, and how many stay."""

    url: str
    folder: Path | None
    every: timedelta
    keep: int


class BackupSchedule:
    """Makes backups when they are due."""

    def __init__(self, database: Database, settings: BackupSettings, restoring: Restoring) -> None:
        self.log = BackupLog(database)
        self.settings = settings
        self._restoring = restoring

    def work(self) -> None:
        """Make a backup if one is due. A failure is noted, and it is tried again later.

        Raises:
            StoreError: the database cannot be used.

        """
        folder, every = self.settings.folder, self.settings.every
        now = self._restoring.clock()
        if folder is None or not self.log.begin(now, every, min(every, RETRY)):
            return
        file = folder / f"{self._prefix}{now:%Y%m%dT%H%M%SZ}{self._ending}"
        try:
            self._make(folder, file)
        except BackupError as problem:
            self._fail(str(problem))
        except OSError as problem:
            self._fail(f"{folder} can't be used: {problem.strerror}.")
        else:
            self.log.note_good(file, now)
            log.info("backup_made", file=file.name)

    def _make(self, folder: Path, file: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.glob(f"{self._prefix}*{PARTIAL}*"):
            left.unlink()
        partial = file.with_name(file.name + PARTIAL)
        try:
            self._make_good(partial)
        except BaseException:
            backups.remove(partial)
            raise
        partial.rename(file)
        for old in self._oldest_first(folder, file)[: -self.settings.keep]:
            old.unlink()

    def _oldest_first(self, folder: Path, newest: Path) -> list[Path]:
        """Return the backups. A later time than the newest has is of a clock that was ahead."""
        files = sorted(folder.glob(f"{self._prefix}*{self._ending}"))
        ahead = [each for each in files if each > newest]
        return ahead + files[: len(files) - len(ahead)]

    def _make_good(self, file: Path) -> None:
        url, chain = self.settings.url, self._restoring.chain
        if finding := back_up(url, file, chain).finding:
            raise BackupError(
                f"The audit log is broken at row {finding.seq}: {finding.kind}. Older backups stay."
            )
        try_out(url, file, self._restoring)

    def _fail(self, reason: str) -> None:
        log.warning("backup_failed", cause=reason)
        self.log.note_failed(reason, self._restoring.clock())

    @property
    def _prefix(self) -> str:
        return f"dashboard-{self._restoring.environment}-"

    @property
    def _ending(self) -> str:
        return ".sqlite3" if is_file(self.settings.url) else ".dump"
