"""Actors' names and emails in the audit, names that people had, and sums of refusals."""

import sqlalchemy as sa
from alembic import op

from dashboard.text.names import skeleton

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add two tables, three columns and five indexes; no table is rebuilt, no row is changed."""
    op.add_column("audit", sa.Column("actor_name", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("actor_email", sa.Text(), nullable=True))
    op.create_index(op.f("ix_audit_action_at"), "audit", ["action", "at"], unique=False)
    op.create_table(
        "audit_sums",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_audit_sums_staff_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_audit_sums")),
    )
    op.create_index(op.f("ix_audit_sums_ends_at"), "audit_sums", ["ends_at"], unique=False)
    op.create_table(
        "staff_names",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("skeleton", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_names_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "skeleton", name=op.f("pk_staff_names")),
    )
    op.create_index(op.f("ix_staff_names_skeleton"), "staff_names", ["skeleton"], unique=False)
    op.add_column("kept_forms", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        op.f("ix_kept_forms_expires_at_handle_hash_size_staff_id"),
        "kept_forms",
        ["expires_at", "handle_hash", "size", "staff_id"],
        unique=False,
    )
    _keep_names()
    _keep_head()


def _keep_names() -> None:
    connection = op.get_bind()
    for staff_id, name in connection.execute(sa.text("SELECT id, name FROM staff")).all():
        connection.execute(
            sa.text("INSERT INTO staff_names (staff_id, skeleton) VALUES (:id, :skeleton)"),
            {"id": staff_id, "skeleton": skeleton(name)},
        )


def _keep_head() -> None:
    """Keep the last row, unsigned: the next row that is appended signs it."""
    connection = op.get_bind()
    last = sa.text("SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1")
    seq, mac = connection.execute(last).first() or (0, "")
    connection.execute(
        sa.text("INSERT INTO meta (name, value) VALUES ('audit_head', :value)"),
        {"value": f"{seq}:{mac}:"},
    )
