"""A grant may have no known user: a Privy exchange without an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let a grant have no user. On SQLite the table, which has no triggers, is rebuilt."""
    with op.batch_alter_table("grants") as grants:
        grants.alter_column("user_id", existing_type=sa.Uuid(), nullable=True)
