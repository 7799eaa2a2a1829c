"""Staff members may turn single-key shortcuts off."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add a column; shortcuts stay on."""
    op.add_column(
        "staff", sa.Column("shortcuts", sa.Boolean(), nullable=False, server_default=sa.true())
    )
