"""Copies of the database: their contents, and whether one can replace the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.services.actions import Action
from dashboard.services.actors import COMMAND_LINE
from dashboard.services.operations.readiness import NotReadyError, Readiness
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.store.audit import chain as audit
from dashboard.store.audit import check as audit_check
from dashboard.store.audit.chain import Chain, ChainFault
from dashboard.store.db.database import Database, StoreError, Transaction
from dashboard.store.maintenance import sqlite_copies as backups


class BackupError(Exception):
    """Nothing was done; the text says why, and what to do."""


@dataclass(frozen=True)
class Contents:
    """The contents of a copy. `finding` is where its audit log is not intact."""

    links: int
    audit_rows: int
    audit_mac: str
    finding: ChainFault | None


@dataclass(frozen=True)
class Restored:
    """The database in place now, and the name of the previous one, if there was one."""

    contents: Contents
    kept: str | None


@dataclass(frozen=True)
class Restoring:
    """The environment of the restored database, and the keys that continue its audit log."""

    environment: str
    partner_api_url: str
    chain: Chain
    clock: Clock


@contextmanager
def backup_errors(file: Path, source: str) -> Iterator[None]:
    """Turn failures to copy the source to the file into a BackupError in words.

    Raises:
        BackupError: the source can't be copied, or the file can't be written.

    """
    try:
        yield
    except FileExistsError:
        raise BackupError(f"{file} exists. Nothing was overwritten; name a new file.") from None
    except OSError as problem:
        raise BackupError(f"{file} cannot be written: {problem.strerror}.") from None
    except StoreError as problem:
        raise BackupError(f"{source} cannot be copied: {problem}.") from None


def check_copy(connection: Transaction, chain: Chain) -> Contents:
    """Read a copy through.

    Raises:
        BackupError: it is damaged.

    """
    if damage := backups.find_damage(connection):
        raise BackupError(f"The database is damaged ({damage}); no copy was kept.")
    last = audit.head(connection)
    return Contents(
        links=backups.count_links(connection),
        audit_rows=last.seq,
        audit_mac=last.mac,
        finding=audit_check.verify(connection, chain.keys),
    )


def prepare(copy: Database, restoring: Restoring) -> Contents:
    """Make a copy fit to take the place of the database.

    Raises:
        BackupError: it cannot be used here.

    """
    with _usable(copy, restoring):
        with copy.write() as connection:
            backups.delete_sessions_and_links(connection)
            rows = audit.head(connection).seq
            recorder = AuditRecorder(restoring.chain, restoring.clock)
            recorder.record(
                connection, Action.DATABASE_RESTORE, COMMAND_LINE, details={"rows": rows}
            )
        with copy.read() as connection:
            return check_copy(connection, restoring.chain)


def rehearse(copy: Database, restoring: Restoring) -> Contents:
    """Do what `prepare` does without recording it: the copy is never put in place.

    Raises:
        BackupError: it cannot be used here.

    """
    with _usable(copy, restoring), copy.read() as connection:
        return check_copy(connection, restoring.chain)


@contextmanager
def _usable(copy: Database, restoring: Restoring) -> Iterator[None]:
    """Bring a copy up to date for the block, whose failures mean that it cannot be used."""
    try:
        _require_ours(copy, restoring)
        copy.upgrade()
        Readiness(copy).check()
        yield
    except (NotReadyError, StoreError) as problem:
        raise BackupError(f"The backup cannot be used. {problem}") from None


def _require_ours(copy: Database, restoring: Restoring) -> None:
    with copy.read() as connection:
        damage = backups.find_damage(connection)
    version = copy.schema_version()
    if damage or version is None:
        raise BackupError(f"The file isn't a database of this dashboard ({damage or 'no schema'}).")
    if not copy.knows(version):
        raise BackupError(
            f"The backup has schema {version}, newer than this program's {copy.newest_version}. "
            "Install the version that made it."
        )
    if clash := Readiness(copy).find_mismatch(restoring.environment, restoring.partner_api_url):
        raise BackupError(f"The backup belongs to {clash}.")
