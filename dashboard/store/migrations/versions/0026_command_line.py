"""Tokens and tags of scenarios that the command line runs have no member of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Let both have none. On SQLite the two tables, which have no triggers, are rebuilt."""
    for table in ("grants", "user_tags"):
        with op.batch_alter_table(table) as rebuilt:
            rebuilt.alter_column("staff_id", existing_type=sa.Integer(), nullable=True)
