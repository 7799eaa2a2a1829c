"""Backup and restore: our database is the only copy of every KYC link.

A backup is a copy of one moment, made while the dashboard runs, and looked over before it counts.
A restore prepares everything beside the present database and then takes its place, which is kept.
"""

from dataclasses import dataclass
from pathlib import Path

from dashboard.services.audit import Action
from dashboard.services.health import Health, NotReadyError
from dashboard.services.ports import Clock
from dashboard.store import audit, backups
from dashboard.store.audit import Chain, Finding, NewEntry, Outcome
from dashboard.store.database import Database, StoreError, is_file
from dashboard.store.sqlite_engine import file_of, url_of


class BackupError(Exception):
    """Nothing was done; the text says why, and what to do."""


@dataclass(frozen=True)
class Contents:
    """What a copy holds. `finding` is where its audit does not hold."""

    links: int
    audit_rows: int
    audit_mac: str
    finding: Finding | None


@dataclass(frozen=True)
class Restored:
    """What is in place now, and where the database before is kept, if there was one."""

    contents: Contents
    kept: Path | None


def back_up(url: str, file: Path, chain: Chain) -> Contents:
    """Copy the database to a new file.

    Raises:
        BackupError: there is no database, the file exists, or the copy is no good.

    """
    source = _existing(_file_of(url), "There is no database at {file}. DATABASE_URL names it.")
    _copy(source, file)
    copy = Database(url_of(file))
    try:
        contents = _look_over(copy, chain)
        backups.stand_alone(copy)
    except BaseException:
        copy.close()
        backups.remove(file)
        raise
    return contents


def restore(
    url: str, file: Path, *, environment: str, partner_api_url: str, chain: Chain, clock: Clock
) -> Restored:
    """Put a backup in the place of the database, whose schema is then the newest.

    Everybody has to log in again: sessions and one-time links of the copy are out of date.

    Raises:
        BackupError: the file cannot be taken, or the database is in use.

    """
    _existing(file, "There is no backup at {file}.")
    place = _file_of(url)
    if place.exists() and place.samefile(file):
        raise BackupError(f"{file} is the database itself.")
    if place.exists() and backups.is_in_use(place):
        raise BackupError("The database is in use. Stop the dashboard first, then run this again.")
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    prepared = place.with_name(place.name + ".restoring")
    backups.remove(prepared)
    _copy(file, prepared)
    try:
        contents = _prepare(prepared, environment, partner_api_url, chain, clock)
    except BaseException:
        backups.remove(prepared)
        raise
    kept = place.with_name(f"{place.name}.before-restore-{clock():%Y%m%dT%H%M%SZ}")
    was_there = backups.move(place, kept)
    backups.move(prepared, place)
    return Restored(contents, kept if was_there else None)


def _existing(file: Path, otherwise: str) -> Path:
    if not file.is_file():
        raise BackupError(otherwise.format(file=file))
    return file


def _file_of(url: str) -> Path:
    if not is_file(url):
        raise BackupError(
            "DATABASE_URL names PostgreSQL, which is copied by its own tools: pg_dump, pg_restore."
        )
    return file_of(url)


def _copy(source: Path, target: Path) -> None:
    try:
        backups.copy_file(source, target)
    except FileExistsError:
        raise BackupError(f"{target} exists. Nothing was overwritten; name a new file.") from None
    except OSError as problem:
        raise BackupError(f"{target} cannot be written: {problem.strerror}.") from None
    except StoreError as problem:
        raise BackupError(f"{source} cannot be copied: {problem}.") from None


def _look_over(copy: Database, chain: Chain) -> Contents:
    try:
        with copy.read() as connection:
            if damage := backups.find_damage(connection):
                raise BackupError(f"The database is damaged ({damage}); no copy was kept.")
            last = audit.head(connection)
            return Contents(
                links=backups.count_links(connection),
                audit_rows=last.seq,
                audit_mac=last.mac,
                finding=audit.verify(connection, chain.keys),
            )
    except StoreError as problem:
        raise BackupError(f"This is no database of the dashboard's ({problem}).") from None


def _prepare(
    file: Path, environment: str, partner_api_url: str, chain: Chain, clock: Clock
) -> Contents:
    """Make a copy fit to take the place of the database."""
    copy = Database(url_of(file))
    try:
        _require_ours(copy, environment, partner_api_url)
        copy.upgrade()
        Health(copy).check()
        with copy.write() as connection:
            backups.end_ways_in(connection)
            rows = audit.head(connection).seq
            entry = NewEntry(
                at=clock(),
                action=Action.DATABASE_RESTORE,
                outcome=Outcome.SUCCEEDED,
                details={"rows": rows},
            )
            audit.append(connection, chain, entry)
        contents = _look_over(copy, chain)
        backups.stand_alone(copy)
    except (NotReadyError, StoreError) as problem:
        raise BackupError(f"The backup cannot be used. {problem}") from None
    finally:
        copy.close()
    return contents


def _require_ours(copy: Database, environment: str, partner_api_url: str) -> None:
    with copy.read() as connection:
        damage = backups.find_damage(connection)
    version = copy.schema_version()
    if damage or version is None:
        raise BackupError(f"The file is no database of the dashboard's ({damage or 'no schema'}).")
    if not copy.knows(version):
        raise BackupError(
            f"The backup has schema {version}, newer than this program's {copy.newest_version}. "
            "Install the version that made it."
        )
    if clash := Health(copy).find_clash(environment, partner_api_url):
        raise BackupError(f"The backup belongs to {clash}.")
