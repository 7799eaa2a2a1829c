"""Selections: users that a member of staff ticked."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add two tables; no table is rebuilt, no row is changed."""
    op.create_table(
        "selections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_selections_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selections")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_selections_staff_id")),
    )
    op.create_table(
        "selected_users",
        sa.Column("selection_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["selection_id"],
            ["selections.id"],
            name=op.f("fk_selected_users_selection_id"),
        ),
        sa.PrimaryKeyConstraint("selection_id", "user_id", name=op.f("pk_selected_users")),
    )
    op.create_index(op.f("ix_selected_users_user_id"), "selected_users", ["user_id"])
