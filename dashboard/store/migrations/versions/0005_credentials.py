"""Pairs of API credentials, which of them is in use, and under which a token was issued."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add two tables and a column; no table is rebuilt."""
    op.create_table(
        "api_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("users_same", sa.Integer(), nullable=True),
        sa.Column("users_other", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_api_pairs_added_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_pairs")),
    )
    op.create_index(op.f("ix_api_pairs_pair"), "api_pairs", ["pair"], unique=False)
    op.create_table(
        "api_switch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("in_use_id", sa.Integer(), nullable=True),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.Integer(), nullable=True),
        sa.Column("frozen_reason", sa.Text(), nullable=True),
        sa.Column("alarm", sa.Text(), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["in_use_id"], ["api_pairs.id"], name=op.f("fk_api_switch_in_use_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_api_switch_staff_id")),
        sa.ForeignKeyConstraint(["frozen_by"], ["staff.id"], name=op.f("fk_api_switch_frozen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_switch")),
    )
    op.add_column("grants", sa.Column("credential", sa.Text(), nullable=True))
