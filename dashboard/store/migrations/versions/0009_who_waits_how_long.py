"""When the wait of a breaker began: a person waits a shorter time than a program."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add a column."""
    op.add_column(
        "breakers", sa.Column("waits_since_at", sa.DateTime(timezone=True), nullable=True)
    )
