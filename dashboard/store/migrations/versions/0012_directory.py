"""The directory of users, and its search index."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXTS = (
    "id_hex",
    "email",
    "email_key",
    "name",
    "name_key",
    "phone",
    "phone_digits",
    "status",
    "country_code",
    "user_type",
    "language",
)
SORTED = (
    "country_code",
    "email_key",
    "language",
    "name_key",
    "phone_digits",
    "registered_at",
    "status",
    "status_since_at",
    "user_type",
)
INDEXED = ("email_key", "name_key", "phone_digits", "id_hex")
POSTGRESQL = "postgresql"


def upgrade() -> None:
    """Add a table and a search index; no table is rebuilt, no row is changed."""
    op.create_table(
        "directory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status_before_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory")),
        sa.UniqueConstraint("user_id", name=op.f("uq_directory_user_id")),
    )
    for name in SORTED:
        op.create_index(op.f(f"ix_directory_{name}_id"), "directory", [name, "id"])
    op.create_index(op.f("ix_directory_sweep"), "directory", ["sweep"])
    op.create_index(op.f("ix_inquiries_inquiry_id"), "inquiries", ["inquiry_id"])
    op.create_index(op.f("ix_grants_ticket"), "grants", ["ticket"])
    if op.get_bind().dialect.name == POSTGRESQL:
        _index_by_trigrams()
    else:
        _index_by_full_text()


def _index_by_full_text() -> None:
    """Keep SQLite's FTS5 in step with the table by triggers."""
    columns = ", ".join(INDEXED)
    old = ", ".join(f"old.{name}" for name in INDEXED)
    new = ", ".join(f"new.{name}" for name in INDEXED)
    op.execute(
        f"CREATE VIRTUAL TABLE directory_index USING fts5({columns}, content='directory', "
        "content_rowid='id', columnsize=0, tokenize='trigram case_sensitive 1')"
    )
    add = f"INSERT INTO directory_index(rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608  names of ours
    remove = (
        f"INSERT INTO directory_index(directory_index, rowid, {columns}) "  # noqa: S608  names of ours
        f"VALUES ('delete', old.id, {old});"
    )
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in INDEXED)
    op.execute(f"CREATE TRIGGER directory_added AFTER INSERT ON directory BEGIN {add} END")
    op.execute(f"CREATE TRIGGER directory_removed AFTER DELETE ON directory BEGIN {remove} END")
    op.execute(
        f"CREATE TRIGGER directory_changed AFTER UPDATE OF {columns} ON directory "
        f"WHEN {changed} BEGIN {remove} {add} END"
    )


def _index_by_trigrams() -> None:
    """Use PostgreSQL's pg_trgm; where our user may not add it, a search reads every row."""
    connection = op.get_bind()
    may_add = connection.execute(
        sa.text(
            "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') OR "
            "(EXISTS (SELECT 1 FROM pg_available_extension_versions "
            "WHERE name = 'pg_trgm' AND (trusted OR pg_has_role('pg_database_owner', 'MEMBER'))) "
            "AND has_database_privilege(current_database(), 'CREATE'))"
        )
    ).scalar_one()
    if not may_add:
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name in INDEXED:
        op.execute(
            f"CREATE INDEX directory_index_{name} ON directory "
            f"USING gin ({name} gin_trgm_ops) WITH (fastupdate = off)"
        )
