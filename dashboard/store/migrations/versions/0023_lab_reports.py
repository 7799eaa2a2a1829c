"""Reports of the lab's scenarios."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add a table; no row is changed."""
    op.create_table(
        "lab_reports",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "staff_id")),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("nonce", "scenarios", "state", "document")
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_lab_reports_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_reports")),
        sa.UniqueConstraint("nonce", name=op.f("uq_lab_reports_nonce")),
    )
    op.create_index(op.f("ix_lab_reports_state_id"), "lab_reports", ["state", "id"])
    op.create_index(op.f("ix_lab_reports_ended_at"), "lab_reports", ["ended_at"])
