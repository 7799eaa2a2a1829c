"""Jobs, and their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add two tables; no table is rebuilt, no row is changed."""
    op.create_table(
        "jobs",
        _number("id"),
        _text("kind"),
        _number("staff_id"),
        *(_text(name) for name in ("nonce", "state")),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("per_min", sa.Integer(), nullable=True),
        *(_time(name, nullable=False) for name in ("next_at", "started_at")),
        *(_time(name, nullable=True) for name in ("finished_at", "opened_at")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_jobs_staff_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_jobs_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("nonce", name=op.f("uq_jobs_nonce")),
    )
    op.create_index(op.f("ix_jobs_finished_at"), "jobs", ["finished_at"])
    op.create_index(op.f("ix_jobs_staff_id_opened_at"), "jobs", ["staff_id", "opened_at"])
    op.create_table(
        "job_rows",
        *(_number(name) for name in ("id", "job_id", "number")),
        *(_text(name) for name in ("state", "nonce")),
        _number("opened_seq"),
        sa.Column("anyway", sa.Boolean(), nullable=False),
        _number("tries"),
        _time("held_until", nullable=True),
        *(_text(name) for name in ("email", "email_folded", "content")),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *(_text(name) for name in ("detail", "said")),
        *(_time(name, nullable=True) for name in ("began_at", "ended_at")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_rows_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_rows")),
        sa.UniqueConstraint("nonce", name=op.f("uq_job_rows_nonce")),
        sa.UniqueConstraint("job_id", "number", name=op.f("uq_job_rows_job_id_number")),
    )
    for columns in (("state", "job_id", "number"), ("user_id",), ("email_folded",)):
        op.create_index(op.f(f"ix_job_rows_{'_'.join(columns)}"), "job_rows", list(columns))


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _time(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
