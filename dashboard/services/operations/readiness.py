"""Readiness: the database answers and has the schema we need."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from dashboard.services.operations.versions import Versions, find_versions
from dashboard.store.audit import triggers as audit_triggers
from dashboard.store.db.database import Database, StoreError
from dashboard.store.maintenance import meta
from dashboard.store.maintenance import sqlite_copies as backups

UPGRADE = "python -m dashboard db upgrade"
LOOK = "Check that its server runs, and check DATABASE_URL."
RESTORE = "Restore a backup: python -m dashboard db restore FILE"
_ENVIRONMENT = "environment"
_UPSTREAM = "partner_api_url"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NotReadyError(Exception):
    """The database is not usable; the text says why, and how to fix it."""


class UnprotectedError(NotReadyError):
    """The audit log has lost triggers; everything else is there."""


class Readiness:
    """Checks of our own database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self) -> None:
        """Raise nothing if all is well.

        Raises:
            NotReadyError: the database is gone, or its schema or its triggers are not ours.

        """
        try:
            self._require_schema()
            with self._database.read() as connection:
                missing = audit_triggers.missing_triggers(connection)
        except StoreError as error:
            raise NotReadyError(f"The database can't be used ({error}). {self._cure()}") from error
        if missing:
            raise UnprotectedError(
                f"The audit log has lost its triggers {', '.join(sorted(missing))}: it could be "
                "changed unnoticed. Restore the database from a backup."
            )

    def examine(self) -> None:
        """Do as `check`, and read the whole file through: for a start, because it takes time.

        Raises:
            NotReadyError: as `check`, or the file is damaged.

        """
        self.check()
        try:
            with self._database.read() as connection:
                damage = backups.find_damage(connection, quick=True)
        except StoreError as error:
            damage = str(error)
        if damage:
            raise NotReadyError(f"The database is damaged ({damage}). {RESTORE}")

    def _require_schema(self) -> None:
        version, wanted = self._database.schema_version(), self._database.newest_version
        if version == wanted:
            return
        newer = version is not None and not self._database.knows(version)
        cure = "Install the version that made it." if newer else f"Run: {UPGRADE}"
        raise NotReadyError(
            f"The database has schema {version or 'none'}, this version needs {wanted}. {cure}"
        )

    def _cure(self) -> str:
        if not self._database.is_file:
            return f"{LOOK} In a new installation make the database, then run: {UPGRADE}"
        there = self._database.exists()
        return RESTORE if there else f"{RESTORE} In a new installation run: {UPGRADE}"

    def versions(self) -> Versions:
        """Return what runs here.

        Raises:
            StoreError: the database cannot be read.

        """
        return find_versions(self._database)

    def bind_environment(self, environment: str, partner_api_url: str) -> None:
        """Store the environment of the first start, and refuse any other from then on.

        One environment's memory must never show on another's users. A loopback address may
        change: it is a simulator, whose port does.

        Raises:
            NotReadyError: the database belongs to another environment or another API.

        """
        wanted = _bound(environment, partner_api_url)
        with self._database.write() as connection:
            known = meta.every(connection)
            if clash := _clash(known, wanted):
                raise NotReadyError(
                    f"This database belongs to {clash}. Give each its own DATABASE_URL."
                )
            for name in wanted.keys() - known.keys():
                meta.add(connection, name, wanted[name])

    def find_mismatch(self, environment: str, partner_api_url: str) -> str | None:
        """Return what of these the database does not belong to, None if it may be used.

        Raises:
            StoreError: the database cannot be read.

        """
        with self._database.read() as connection:
            return _clash(meta.every(connection), _bound(environment, partner_api_url))


def _bound(environment: str, partner_api_url: str) -> dict[str, str]:
    """Return the environment and partner that a database belongs to from its first start."""
    return {_ENVIRONMENT: environment, _UPSTREAM: _without_loopback_port(partner_api_url)}


def _clash(known: Mapping[str, str], wanted: Mapping[str, str]) -> str | None:
    for name, value in wanted.items():
        if known.get(name, value) != value:
            return f"{name} {known[name]!r}, the configuration says {value!r}"
    return None


def _without_loopback_port(url: str) -> str:
    return "loopback" if urlsplit(url).hostname in _LOOPBACK else url
