"""How complete and how fresh the directory is, in one statement."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from dashboard.store.schema import directory, directory_sync

SWEPT = "swept"  # there once a sweep has completed


@dataclass(frozen=True)
class Coverage:
    """The users that are there, and when the newest answer came."""

    has_swept: bool
    users: int
    newest_at: datetime | None


def read(connection: Connection) -> Coverage:
    """Return what there is."""
    swept = select(directory_sync.c.name).where(directory_sync.c.name == SWEPT).exists()
    newest = func.max(directory.c.last_seen_at, type_=directory.c.last_seen_at.type)
    row = connection.execute(select(swept, func.count(), newest).select_from(directory)).one()
    return Coverage(*row)
