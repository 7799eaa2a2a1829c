"""Looking through the API's list for someone who is not in the directory."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add a table; no table is rebuilt, no row is changed."""
    op.create_table(
        "look_throughs",
        _number("id"),
        _number("staff_id"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("sealed", "key_id")),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        _number("pages"),
        sa.Column("users", _wide(), nullable=False),
        sa.Column("total", _wide(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("hits", "last_page")),
        *(_number(name) for name in ("page", "page_size")),
        sa.Column("cursor", sa.Text(), nullable=False),
        *(_number(name) for name in ("largest", "most")),
        *(
            sa.Column(name, sa.Boolean(), nullable=False)
            for name in ("is_fixed", "is_joined", "falls", "rises")
        ),
        sa.Column("front_at", sa.DateTime(timezone=True), nullable=True),
        *(_number(name) for name in ("quiet", "back")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_look_throughs_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_throughs")),
    )
    op.create_index(op.f("ix_look_throughs_staff_id"), "look_throughs", ["staff_id"])


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _wide() -> sa.types.TypeEngine[int]:
    return sa.Integer().with_variant(sa.BigInteger(), "postgresql")
