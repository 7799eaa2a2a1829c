"""What keeps the directory complete: its sweeps, and the budget of background calls."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add tables; no table is rebuilt, no row is changed."""
    op.create_table(
        "background_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("per_min", sa.Float(), nullable=False),
        sa.Column("refilled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("limited_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_background_budget")),
    )
    op.create_table(
        "background_calls",
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "kind", name=op.f("pk_background_calls")),
    )
    op.create_table(
        "sync_lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_lease")),
    )
    _add_sweeps()


def _add_sweeps() -> None:
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        *(_number(name) for name in ("first_number", "number", "passes", "pages")),
        *(_number(name) for name in ("seen", "late", "unreadable")),
        *(
            sa.Column(name, sa.Integer().with_variant(sa.BigInteger(), "postgresql"))
            for name in ("total", "total_least", "total_most")
        ),
        *(_number(name) for name in ("page", "page_size")),
        sa.Column("cursor", sa.Text(), nullable=False),
        *(_number(name) for name in ("largest", "most")),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("is_fixed", "is_joined", "falls", "rises")
        ),
        sa.Column("front_at", sa.DateTime(timezone=True), nullable=True),
        *(_number(name) for name in ("quiet", "back")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
    )
    op.create_table(
        "sweep_problems",
        sa.Column("sweep_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sweep_id"], ["sweeps.id"], name=op.f("fk_sweep_problems_sweep_id")
        ),
        sa.PrimaryKeyConstraint("sweep_id", "kind", name=op.f("pk_sweep_problems")),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)
