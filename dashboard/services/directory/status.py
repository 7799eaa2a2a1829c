"""How complete and how fresh the directory is."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.store.db.database import Database
from dashboard.store.directory import coverage


@dataclass(frozen=True)
class DirectoryStatus:
    """What we have of the API's users. `total` is None where the API gives none."""

    is_on: bool
    has_swept: bool
    users: int
    total: int | None
    newest_at: datetime | None


class StatusReader:
    """Reads the status. `is_on` is the setting DIRECTORY."""

    def __init__(self, database: Database, *, is_on: bool) -> None:
        self._database = database
        self._is_on = is_on

    def read(self) -> DirectoryStatus:
        """Return the status now."""
        if not self._is_on:
            return DirectoryStatus(
                self._is_on, has_swept=False, users=0, total=None, newest_at=None
            )
        with self._database.read() as connection:
            found = coverage.read(connection)
        return DirectoryStatus(True, found.has_swept, found.users, None, found.newest_at)
