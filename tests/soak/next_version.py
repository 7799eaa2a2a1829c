"""The next version of the product: a copy of its tree, with one more migration that adds."""

import shutil
from pathlib import Path

from dashboard.store.db.database import MIGRATIONS, Database
from tests.support.servers.dashboard_process import ROOT

NEEDED = ("dashboard", "templates", "static", "docs")
MIGRATION = '''"""What the next version adds: a column that no statement of this one names."""

import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{last}"


def upgrade() -> None:
    """Add a column; no row is changed."""
    op.add_column("notes", sa.Column("of_next_version", sa.Integer(), nullable=True))
'''


def make_next_version(folder: Path, database: Database) -> str:
    """Put it into a folder; return the version of its schema."""
    copy_tree(folder)
    last = database.newest_version
    version = f"{int(last) + 1:04}"
    file = folder / MIGRATIONS.relative_to(ROOT) / f"{version}_next_version.py"
    file.write_text(MIGRATION.format(next=version, last=last))
    return version


def copy_tree(folder: Path) -> None:
    """Put what runs into a folder."""
    for name in NEEDED:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "screenshots")
        )
