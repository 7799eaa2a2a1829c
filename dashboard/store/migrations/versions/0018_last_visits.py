"""When each member of staff was last at the overview or the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add a table; no table is rebuilt, no row is changed."""
    op.create_table(
        "last_visits",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_last_visits_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_last_visits")),
    )
