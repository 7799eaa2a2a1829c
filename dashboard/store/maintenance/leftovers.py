"""What a deletion leaves in the database's own storage, and how that goes too.

SQLite overwrites deleted rows (`secure_delete`), but a search index keeps deleted words until its
segments are merged, and the write-ahead log keeps pages as they were. PostgreSQL keeps deleted rows
until VACUUM.
"""

from time import monotonic

from sqlalchemy import Connection

from dashboard.store.db.database import Database, Transaction
from dashboard.store.erasure import ERASED
from dashboard.store.maintenance import meta

NAME = "leftovers"
INDEXES = ("directory_index", "notes_index")
MERGED_PAGES = 400  # of a search index in one transaction: other writers get their turn
IDLE_CHANGES = 2  # a merge that has nothing to do makes fewer
CHECKPOINT_WAIT_MS = 1000


def expect(transaction: Transaction) -> None:
    """Note, with a deletion, that there are leftovers."""
    if not are_expected(transaction):
        meta.add(transaction, NAME, "")


def are_expected(connection: Connection) -> bool:
    """Return whether there are leftovers."""
    return NAME in meta.every(connection)


def remove(database: Database, seconds: float) -> bool:
    """Remove the leftovers, in small transactions; return whether all are gone in this time.

    Raises:
        StoreError: the database cannot be used.

    """
    until = monotonic() + seconds
    with database.read() as connection:
        if not are_expected(connection):
            return True
    if database.is_file:
        for index in INDEXES:
            while _merge(database, index):
                if monotonic() > until:
                    return False
    with database.write() as connection:
        meta.remove(connection, NAME)
    is_done = _empty_log(database) if database.is_file else _vacuum(database)
    if not is_done:
        with database.write() as connection:
            expect(connection)
    return is_done


def _merge(database: Database, index: str) -> bool:
    """Merge a part of a search index; return whether there may be more to merge."""
    changes = "SELECT total_changes()"
    with database.write() as connection:
        before = int(connection.exec_driver_sql(changes).scalar_one())
        connection.exec_driver_sql(
            f"INSERT INTO {index}({index}, rank) VALUES ('merge', ?)",  # noqa: S608  a name of ours
            (-MERGED_PAGES,),
        )
        after = int(connection.exec_driver_sql(changes).scalar_one())
    return after - before >= IDLE_CHANGES


def _empty_log(database: Database) -> bool:
    """Empty the write-ahead log; a page that is being read may prevent it."""
    with database.read() as connection:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={CHECKPOINT_WAIT_MS}")
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]


def _vacuum(database: Database) -> bool:
    with database.read() as connection:
        connection.exec_driver_sql(f"VACUUM {', '.join(each.table.name for each in ERASED)}")
    return True
