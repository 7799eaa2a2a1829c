"""SQLite's file gives the pages of deleted rows back to the disk, a few at a time."""

from time import monotonic, sleep

from sqlalchemy import Connection

from dashboard.store.db.database import Database
from dashboard.store.db.sqlite import INCREMENTAL

KEPT = 256  # free pages that the next rows use
TOGETHER = 200  # pages in one transaction
TURN_S = 0.01  # for a writer who waits


def free(database: Database, seconds: float) -> int:
    """Give free pages back, for this long at most; return how many.

    Raises:
        StoreError: the database cannot be used.

    """
    until, freed = monotonic() + seconds, 0
    while (pages := _count(database)) and monotonic() < until:
        with database.write() as connection:
            for _ in range(pages):
                connection.exec_driver_sql("PRAGMA incremental_vacuum(1)")
        freed += pages
        sleep(TURN_S)
    return freed


def can_shrink(connection: Connection) -> bool:
    """Return whether the file can give pages back; a server's database always can."""
    if connection.dialect.name != "sqlite":
        return True
    return connection.exec_driver_sql("PRAGMA auto_vacuum").scalar() == INCREMENTAL


def _count(database: Database) -> int:
    """Return how many pages are to be freed now."""
    if not database.is_file:
        return 0
    with database.read() as connection:
        free = int(connection.exec_driver_sql("PRAGMA freelist_count").scalar_one())
        return min(max(free - KEPT, 0), TOGETHER) if can_shrink(connection) else 0
