"""The doctor's checks of backups, of the database's clock, and of a file that can't shrink."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dashboard.services.backup.log import BackupLog
from dashboard.services.clocks import APART
from dashboard.services.diagnostics.findings import Finding, ok, warning
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database
from dashboard.store.maintenance import free_pages

A_DAY = timedelta(days=1)
HOUR_S = 3600
BACK_UP = "docs/runbook.md, Back up"


def examine_upkeep(database: Database, clock: Clock, every: timedelta | None) -> Iterator[Finding]:
    """Check what the worker or a timer should have done; `every` is None where a timer does it."""
    yield _database_clock(database, clock)
    yield from _backups(BackupLog(database), clock(), every)
    with database.read() as connection:
        if not free_pages.can_shrink(connection):
            yield warning(
                "database",
                "The database's file never becomes smaller: an earlier version made it.",
                "Stop the dashboard and run: python -m dashboard db upgrade",
            )


def _database_clock(database: Database, clock: Clock) -> Finding:
    if database.is_file:
        return ok("database clock", "SQLite has no clock of its own.")
    off = database.server_time() - clock()
    if abs(off) < APART:
        return ok("database clock", "This machine's clock agrees with the database server's.")
    return warning(
        "database clock",
        f"This machine's clock and the database server's are {abs(off).total_seconds():.0f} s "
        "apart: leases and limits end early or late.",
        "Keep both in sync with NTP: timedatectl set-ntp true",
    )


def _backups(log: BackupLog, now: datetime, every: timedelta | None) -> Iterator[Finding]:
    state, longest = log.find(), 2 * (every or A_DAY)
    if state.failure:
        yield warning("backup", f"The last backup failed: {state.failure}", f"{BACK_UP}.")
    if state.good is None:
        yield warning(
            "backup",
            "No backup is known to be good.",
            f"Set BACKUP_DIR, or let a timer run: python -m dashboard db backup FILE ({BACK_UP}).",
        )
        return
    hours = (now - state.good.at).total_seconds() / HOUR_S
    found = f"The last good backup, {state.good.value}, is {hours:.0f} h old."
    if now - state.good.at > longest:
        yield warning("backup", found, f"Check that the worker or the timer runs ({BACK_UP}).")
    else:
        yield ok("backup", found)
