"""Edits of notes, columns of tables, rows of jobs that were erased, and indexes of grants."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add two tables, a column and two indexes; no table is rebuilt, no row is changed."""
    rows_erased = sa.Column("erased", sa.Integer(), nullable=False, server_default="0")
    op.add_column("jobs", rows_erased)
    for column in ("audit_seq", "fingerprint"):
        op.create_index(op.f(f"ix_grants_{column}"), "grants", [column])
    op.create_table(
        "note_edits",
        sa.Column("note_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_note_edits")),
    )
    op.create_index(op.f("ix_note_edits_user_id"), "note_edits", ["user_id"])
    op.create_table(
        "job_columns",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "header", "fields")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_job_columns_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "kind", "header", name=op.f("pk_job_columns")),
    )
