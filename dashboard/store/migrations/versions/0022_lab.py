"""The steps of runs of the lab."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add a table; no table is rebuilt, no row is changed."""
    op.create_table(
        "lab_steps",
        *(_number(name) for name in ("id", "job_id", "row_id")),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *(_text(name) for name in ("kind", "outcome")),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=True),
        *(_text(name) for name in ("verb", "path")),
        sa.Column("status", sa.Integer(), nullable=True),
        *(_text(name) for name in ("body", "answer")),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_lab_steps_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_steps")),
        sa.UniqueConstraint("row_id", "kind", name=op.f("uq_lab_steps_row_id_kind")),
    )
    op.create_index(op.f("ix_lab_steps_job_id"), "lab_steps", ["job_id"])
    op.create_index(op.f("ix_lab_steps_user_id"), "lab_steps", ["user_id"])


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)
