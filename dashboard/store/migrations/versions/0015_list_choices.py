"""How a person sees the list: rows per page, columns and density."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add three columns; what no one chose is as everyone has it."""
    op.add_column("staff", sa.Column("list_rows", sa.Integer(), nullable=True))
    op.add_column("staff", sa.Column("list_hidden", sa.Text(), nullable=True))
    op.add_column("staff", sa.Column("list_density", sa.Text(), nullable=True))
