"""`python -m dashboard doctor --production`: what can be checked of a deployment from here."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dashboard.config.secret_checks import entropy_bits
from dashboard.config.settings import Config, Environment
from dashboard.services.diagnostics.audit_role import examine_audit_role
from dashboard.services.diagnostics.file_modes import BACKUPS, DATABASE, examine_folders
from dashboard.services.diagnostics.findings import Finding, error, ok
from dashboard.services.diagnostics.front import Front, examine_front
from dashboard.services.diagnostics.packages import examine_versions
from dashboard.services.diagnostics.upkeep import examine_upkeep
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database
from dashboard.store.db.sqlite import file_of

PROGRAM = Path(__file__).parents[2]
PASSWORD_BITS = 60


def examine_deployment(config: Config, database: Database, clock: Clock) -> Iterator[Finding]:
    """Check what a first start doesn't need, and a deployment does."""
    yield _environment(config)
    yield from _passwords(config)
    yield from examine_folders(_folders(config))
    yield examine_audit_role(database)
    every = timedelta(hours=config.backup_every_h) if config.backup_dir else None
    yield from examine_upkeep(database, clock, every)
    yield from examine_versions(database, PROGRAM)
    yield from examine_front(Front(config.public_url), clock())


def _environment(config: Config) -> Finding:
    if config.environment is Environment.LOCAL:
        debug = ", and FLASK_DEBUG is on" if config.debug else ""
        return error(
            "environment",
            f"DASHBOARD_ENVIRONMENT is local{debug}: checks that protect real users are off.",
            "Set DASHBOARD_ENVIRONMENT to production or sandbox, and remove FLASK_DEBUG.",
        )
    return ok("debug", "FLASK_DEBUG is off.")


def _passwords(config: Config) -> Iterator[Finding]:
    """Look at the passwords that we chose; the secret key is checked at every start."""
    urls = {
        "DATABASE_URL": config.database_url,
        "REDIS_URL": config.redis_url.get_secret_value(),
    }
    weak = [
        name
        for name, url in urls.items()
        if (password := urlsplit(url).password) and entropy_bits(unquote(password)) < PASSWORD_BITS
    ]
    for name in weak:
        yield error(
            "secrets",
            f"The password in {name} can be guessed.",
            'Choose another: python -c "import secrets; print(secrets.token_urlsafe(24))"',
        )
    if not weak:
        yield ok("secrets", "The secret key and the passwords of servers are hard to guess.")


def _folders(config: Config) -> dict[str, Path]:
    folders = {BACKUPS: config.backup_dir} if config.backup_dir else {}
    if config.database_url.startswith("sqlite:"):
        folders[DATABASE] = file_of(config.database_url).parent
    return folders
