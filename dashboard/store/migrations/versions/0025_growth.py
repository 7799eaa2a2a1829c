"""Indexes of the few rows that pages ask for, whether the API named a user, and a person's days."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

OPEN = {"grants": "may_exist", "inquiries": "unknown", "registrations": "unknown"}


def upgrade() -> None:
    """Add a column and seven indexes, and make one smaller; no table is rebuilt."""
    op.add_column(
        "inquiries",
        sa.Column("is_named", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.get_bind().execute(
        sa.text(
            "UPDATE inquiries SET is_named = :no WHERE NOT EXISTS "
            "(SELECT 1 FROM directory WHERE directory.user_id = inquiries.user_id)"
        ),
        {"no": False},
    )
    _few("ix_inquiries_unnamed", "inquiries", ["user_id"], "is_named = 0", "NOT is_named")
    for table, state in OPEN.items():
        _few(f"ix_{table}_{state}", table, ["state"], f"state = '{state}'")
    for column in ("staff_id", "issued_at"):
        op.create_index(op.f(f"ix_grants_{column}"), "grants", [column])
    _few("ix_audit_staff_id_at", "audit", ["staff_id", "at"], "attempt_seq IS NULL")
    op.drop_index("ix_audit_attempt_seq", "audit")
    _few("ix_audit_attempt_seq", "audit", ["attempt_seq"], "attempt_seq IS NOT NULL")


def _few(index: str, table: str, columns: list[str], condition: str, on_a_server: str = "") -> None:
    server = sa.text(on_a_server or condition)
    op.create_index(index, table, columns, sqlite_where=sa.text(condition), postgresql_where=server)
