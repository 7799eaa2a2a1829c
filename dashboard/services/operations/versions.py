"""Versions of the parts in use."""

import platform
from dataclasses import dataclass

from dashboard.store.db.database import Database

DASHBOARD = "0.1.0"  # as pyproject.toml says
HTMX = "2.0.11"  # as static/vendor/htmx/README.md says


@dataclass(frozen=True)
class Versions:
    """Version details for fault reports."""

    dashboard: str
    schema: str | None
    python: str
    database: str
    htmx: str


def find_versions(database: Database) -> Versions:
    """Return what runs in this process, and the schema of the database.

    Raises:
        StoreError: the database cannot be read.

    """
    return Versions(
        dashboard=DASHBOARD,
        schema=database.schema_version(),
        python=platform.python_version(),
        database=database.version(),
        htmx=HTMX,
    )
