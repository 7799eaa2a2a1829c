"""The doctor's checks of our own database: file, schema, triggers, environment, people."""

from collections.abc import Iterator
from pathlib import Path

from dashboard.services.diagnostics.findings import Finding, error, ok, warning
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import UPGRADE, Readiness
from dashboard.services.permissions import Role
from dashboard.services.ports import Clock
from dashboard.services.staff.manage import FIRST_ADMIN
from dashboard.store.audit import triggers as audit_triggers
from dashboard.store.db.database import Database, StoreError, is_file
from dashboard.store.db.sqlite import file_of
from dashboard.store.directory.matching import has_index
from dashboard.store.limits.table import Counters
from dashboard.store.maintenance.sqlite_copies import FOLLOWERS
from dashboard.store.staff import members as staff


def examine_database(
    url: str, environment: str, partner_api_url: str, clock: Clock, *, by_password: bool
) -> Iterator[Finding]:
    """Check the database without changing it; stop where further checks make no sense."""
    database = Database(url)
    if not database.exists():
        yield error("database", f"There is no database at {database.where}.", UPGRADE)
        return
    try:
        yield from _access(database)
        if is_file(url):
            yield from _permissions(file_of(url))
        yield from _content(database, environment, partner_api_url, clock, by_password=by_password)
    except StoreError as problem:
        yield error(
            "database",
            f"{database.where} cannot be read ({problem}): "
            + ("damaged, or no database at all." if is_file(url) else "its server says so."),
            "Restore a backup: docs/runbook.md, Restore."
            if is_file(url)
            else "Check that the server runs, and DATABASE_URL.",
        )
    finally:
        database.close()


def examine_counters(counters: Counters) -> Finding:
    """Check the counters of tries: the database, or a Redis."""
    try:
        counters.check()
    except StoreError as problem:
        return error(
            "limits",
            f"The counter of attempts can't be used ({problem}): no one can log in.",
            "Check that the server runs, and REDIS_URL.",
        )
    try:
        forgets = counters.has_eviction_policy()
    except StoreError:
        return warning(
            "limits",
            f"{counters.where} counts attempts, and doesn't say what it does when its memory is "
            "full.",
            "Let the user of REDIS_URL run INFO, or check that maxmemory-policy is noeviction.",
        )
    if forgets:
        return warning(
            "limits",
            f"{counters.where} drops counters when its memory is full: a flood of attempts could "
            "start again.",
            "Set its maxmemory-policy to noeviction, or give the dashboard its own Redis.",
        )
    return ok("limits", f"{counters.where} counts attempts.")


def _access(database: Database) -> Iterator[Finding]:
    database.schema_version()
    try:
        with database.write():
            pass
    except StoreError as problem:
        yield error(
            "database",
            f"{database.where} can be read but not written ({problem}).",
            f"Make the user who runs this own the file and its folder: "
            f"chown -R $USER {Path(database.where).parent}. "
            "Or another program is using it: stop that, and run this again.",
        )
    else:
        yield ok("database", f"{database.where} can be read and written.")


def _permissions(file: Path) -> Iterator[Finding]:
    beside = [file.with_name(file.name + end) for end in ("", *FOLLOWERS)]
    open_to_others = [each for each in beside if each.exists() and each.stat().st_mode & 0o077]
    if open_to_others:
        names = " ".join(map(str, open_to_others))
        yield warning(
            "permissions", f"Others on this machine can open {names}.", f"chmod 600 {names}"
        )
    else:
        yield ok("permissions", "No one else on this machine can open the database.")


def _content(
    database: Database, environment: str, partner_api_url: str, clock: Clock, *, by_password: bool
) -> Iterator[Finding]:
    version, wanted = database.schema_version(), database.newest_version
    if version != wanted:
        newer = version and not database.knows(version)
        yield error(
            "schema",
            f"It has schema {version or 'none'}; this version needs {wanted}.",
            "A newer version of this program made it: install that." if newer else UPGRADE,
        )
        return
    yield ok("schema", f"It has schema {version}.")
    yield _triggers(database)
    yield from _search_index(database)
    yield _belongs(database, environment, partner_api_url)
    yield _people(database, by_password=by_password)
    yield _worker(WorkerHeartbeat(database, clock))


def _triggers(database: Database) -> Finding:
    with database.read() as connection:
        missing = audit_triggers.missing_triggers(connection)
    if missing:
        return error(
            "triggers",
            f"The audit log has lost {', '.join(sorted(missing))}: it can be changed unnoticed.",
            "Find out who did that (python -m dashboard audit verify), and restore a backup: "
            "docs/runbook.md, Restore.",
        )
    return ok("triggers", "The audit log only takes new rows.")


def _search_index(database: Database) -> Iterator[Finding]:
    with database.read() as connection:
        missing = not has_index(connection)
    if missing:
        yield warning(
            "search",
            "PostgreSQL's extension pg_trgm isn't installed in this database: each search reads "
            "every user.",
            "Let its administrator run CREATE EXTENSION pg_trgm, and add the indexes: "
            "docs/runbook.md, Search without an index.",
        )


def _belongs(database: Database, environment: str, partner_api_url: str) -> Finding:
    if clash := Readiness(database).find_mismatch(environment, partner_api_url):
        return error(
            "environment",
            f"This database belongs to {clash}.",
            "Give each environment a DATABASE_URL of its own.",
        )
    return ok("environment", f"The database belongs to {environment} and its API.")


def _people(database: Database, *, by_password: bool) -> Finding:
    with database.read() as connection:
        if staff.has_active(connection, Role.ADMIN, by_password=by_password):
            return ok("staff", "An admin can log in.")
        nobody, people = staff.is_empty(connection), staff.every(connection)
    if nobody:
        return warning("staff", "No one can log in yet: there are no staff members.", FIRST_ADMIN)
    waiting = next((each.email for each in people if each.active and Role.ADMIN in each.roles), "")
    if waiting and not by_password:
        return warning(
            "staff",
            f"No admin has logged in other than with a password yet, not even {waiting}.",
            "They can log in with single sign-on. Otherwise set PASSWORD_LOG_IN=on and restart.",
        )
    if waiting:
        return warning(
            "staff",
            f"No admin can log in: {waiting} hasn't used their one-time link yet.",
            f"Send them the link, or create another: python -m dashboard staff reset {waiting}",
        )
    return warning("staff", "No admin can log in.", FIRST_ADMIN)


def _worker(rounds: WorkerHeartbeat) -> Finding:
    if rounds.is_running():
        return ok("worker", "The worker is running.")
    last = rounds.find_last()
    since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "yet"
    return warning(
        "worker",
        f"The worker hasn't run {since}: unconfirmed actions must be checked by hand.",
        "Run it beside the web server: python -m dashboard worker (docs/runbook.md, Worker).",
    )
