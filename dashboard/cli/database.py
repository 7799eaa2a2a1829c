"""`python -m dashboard db …`: the copy to keep, and the way back to it."""

import argparse
import sys
from contextlib import closing, suppress
from pathlib import Path

from dashboard.config.areas import audit_chain, restoring
from dashboard.config.settings import load_config
from dashboard.services.backup.checks import Contents
from dashboard.services.backup.log import BackupLog
from dashboard.services.backup.sqlite import back_up, restore
from dashboard.store.db.database import Database, StoreError
from dashboard.wiring import now


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backup` and `restore`."""
    backup = commands.add_parser(
        "backup", help="copy the database to a new file, even while it is in use"
    )
    backup.add_argument("file", type=Path)
    backup.set_defaults(run=_backup)

    restored = commands.add_parser(
        "restore", help="replace the database with a backup; stop the dashboard first"
    )
    restored.add_argument("file", type=Path)
    restored.set_defaults(run=_restore)


def _backup(options: argparse.Namespace) -> int:
    config = load_config()
    at = now()
    contents = back_up(config.database_url, options.file, audit_chain(config))
    with closing(Database(config.database_url)) as database:
        print(f"{options.file} is a complete copy of {database.where}.")
        if contents.finding is None:
            with suppress(StoreError):  # the copy is good, whether that can be noted or not
                BackupLog(database).note_good(options.file, at)
    return _tell(contents)


def _restore(options: argparse.Namespace) -> int:
    config = load_config()
    done = restore(config.database_url, options.file, restoring(config, now))
    where = Database(config.database_url).where
    print(f"{where} is now a copy of {options.file}. All staff must log in again.")
    if done.kept:
        print(f"The earlier database is kept as {done.kept}.")
    return _tell(done.contents)


def _tell(contents: Contents) -> int:
    """Print the contents; the exit status says if its audit log is intact."""
    print(f"Verification links: {contents.links}. Audit log rows: {contents.audit_rows}.")
    if contents.audit_rows:
        print(f"The last row's MAC, to keep elsewhere: {contents.audit_mac}")
    if contents.finding is None:
        print("The audit log is intact.")
        return 0
    found = contents.finding
    print(
        f"Its audit log is broken at row {found.seq}: {found.kind}. "
        "If another DASHBOARD_SECRET_KEY signed it, add that to DASHBOARD_SECRET_KEY_FALLBACKS.",
        file=sys.stderr,
    )
    return 1
