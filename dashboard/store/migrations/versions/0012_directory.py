"""The directory of users, its search index, and its counts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TEXTS = (
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
COUNTED = ("status", "country_code", "user_type", "language")
SEARCHED = ("email_key", "name_key", "phone_digits", "user_id", *COUNTED)
POSTGRESQL = "postgresql"
PHONE_DIGITS, ID_DIGITS = "QRSTUVWXYZ", "GHIJKLMNOP"
SIGNS = {".": "q", "@": "x", "_": "k", "-": "w", "+": "j"}


def upgrade() -> None:
    """Add two tables and a search index; no table is rebuilt, no row is changed."""
    is_server = op.get_bind().dialect.name == POSTGRESQL
    time = sa.DateTime(timezone=True) if is_server else sa.Integer()
    by_bytes = sa.Text(collation="C" if is_server else None)
    op.create_table(
        "directory",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, by_bytes, nullable=False) for name in TEXTS),
        sa.Column("registered_at", time, nullable=False),
        sa.Column("first_seen_at", time, nullable=False),
        sa.Column("last_seen_at", time, nullable=False),
        sa.Column("status_since_at", time, nullable=False),
        sa.Column("status_before_at", time, nullable=True),
        sa.Column("gone_at", time, nullable=True),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory")),
        sa.UniqueConstraint("user_id", name=op.f("uq_directory_user_id")),
    )
    for name in SORTED:
        op.create_index(op.f(f"ix_directory_{name}_id"), "directory", [name, "id"])
    is_gone = sa.text("gone_at IS NOT NULL")
    op.create_index(
        op.f("ix_directory_gone_at"),
        "directory",
        ["gone_at"],
        sqlite_where=is_gone,
        postgresql_where=is_gone,
    )
    op.create_table(
        "directory_counts",
        *(sa.Column(name, by_bytes, nullable=False) for name in COUNTED),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*COUNTED, name=op.f("pk_directory_counts")),
    )
    op.create_index(op.f("ix_inquiries_inquiry_id"), "inquiries", ["inquiry_id"])
    op.create_index(op.f("ix_grants_ticket"), "grants", ["ticket"])
    op.create_index(op.f("ix_audit_request_id"), "audit", ["request_id"])
    if is_server:
        _count_on_a_server()
        _index_by_trigrams()
    else:
        _count_in_a_file()
        _index_by_full_text()
        _index_reasons()


def _count_in_a_file() -> None:
    """Keep the counts by triggers of SQLite."""
    add, remove = (_counted(f"VALUES ({_of(row)}, {step})") for row, step in ROWS)
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in COUNTED)
    op.execute(f"CREATE TRIGGER directory_count_added AFTER INSERT ON directory BEGIN {add} END")
    op.execute(
        f"CREATE TRIGGER directory_count_removed AFTER DELETE ON directory BEGIN {remove} END"
    )
    op.execute(
        f"CREATE TRIGGER directory_count_changed AFTER UPDATE OF {', '.join(COUNTED)} ON directory "
        f"WHEN {changed} BEGIN {remove} {add} END"
    )


def _count_on_a_server() -> None:
    """Keep the counts by triggers of PostgreSQL."""
    add, remove = (_counted(f"VALUES ({_of(row)}, {step})") for row, step in ROWS)
    for name, body in (("added", add), ("removed", remove), ("changed", remove + add)):
        op.execute(
            f"CREATE FUNCTION directory_count_{name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {body} RETURN NULL; END $$"
        )
    changed = f"({_of('old')}) IS DISTINCT FROM ({_of('new')})"
    for name, when, only in (
        ("added", "INSERT", ""),
        ("removed", "DELETE", ""),
        ("changed", f"UPDATE OF {', '.join(COUNTED)}", f"WHEN ({changed})"),
    ):
        op.execute(
            f"CREATE TRIGGER directory_count_{name} AFTER {when} ON directory FOR EACH ROW {only} "
            f"EXECUTE FUNCTION directory_count_{name}()"
        )


ROWS = (("new", 1), ("old", -1))


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in COUNTED)


def _counted(values: str) -> str:
    return (
        f"INSERT INTO directory_counts ({', '.join(COUNTED)}, users) {values} "
        f"ON CONFLICT ({', '.join(COUNTED)}) "
        "DO UPDATE SET users = directory_counts.users + excluded.users;"
    )


def _index_by_full_text() -> None:
    """Keep SQLite's FTS5 in step with the table by triggers.

    It holds which three characters follow each other in a user's texts, without their places
    (`detail=none`): what it finds is checked on the row. Digits of phones and IDs are capitals, so
    that a text does not find them; a filter is a sign and two characters.
    """
    phone, hexadecimal = "phone_digits", "upper(user_id)"
    for number in range(10):
        phone = f"replace({phone}, '{number}', '{PHONE_DIGITS[number]}')"
        hexadecimal = f"replace({hexadecimal}, '{number}', '{ID_DIGITS[number]}')"
    marks = (
        f"'{mark}' || substr({name}, 1, 2)" for mark, name in zip("!=<>", COUNTED, strict=True)
    )
    searched = ["'  '", "email_key", "name_key", "' '", phone, hexadecimal, *marks]
    op.execute(
        f"CREATE VIEW directory_searched AS SELECT id, {' || '.join(searched)} AS search "  # noqa: S608  names of ours
        "FROM directory"
    )
    op.execute(
        "CREATE VIRTUAL TABLE directory_index USING fts5(search, content='directory_searched', "
        "content_rowid='id', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')"
    )
    add = (
        "INSERT INTO directory_index(rowid, search) "
        "SELECT id, search FROM directory_searched WHERE id = new.id;"
    )
    remove = (
        "INSERT INTO directory_index(directory_index, rowid, search) "
        "SELECT 'delete', id, search FROM directory_searched WHERE id = old.id;"
    )
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in SEARCHED)
    update = f"UPDATE OF {', '.join(SEARCHED)} ON directory WHEN {changed}"
    op.execute(f"CREATE TRIGGER directory_added AFTER INSERT ON directory BEGIN {add} END")
    op.execute(f"CREATE TRIGGER directory_removed BEFORE DELETE ON directory BEGIN {remove} END")
    op.execute(f"CREATE TRIGGER directory_changing BEFORE {update} BEGIN {remove} END")
    op.execute(f"CREATE TRIGGER directory_changed AFTER {update} BEGIN {add} END")


def _index_reasons() -> None:
    """Index the reasons in the audit, which only takes new rows."""
    op.execute(
        "CREATE VIRTUAL TABLE audit_index USING fts5(reason, content='audit', "
        "content_rowid='seq', columnsize=0, detail=none, tokenize='trigram')"
    )
    op.execute(
        "CREATE TRIGGER audit_indexed AFTER INSERT ON audit WHEN new.reason IS NOT NULL BEGIN "
        "INSERT INTO audit_index(rowid, reason) VALUES (new.seq, new.reason); END"
    )
    op.execute("INSERT INTO audit_index(audit_index) VALUES ('rebuild')")


def _index_by_trigrams() -> None:
    """Use PostgreSQL's pg_trgm; where our user may not add it, a search reads every row.

    It ignores signs, so those of an email are letters in the index; what it finds is checked on
    the row.
    """
    folded = "texts"
    for sign, letter in SIGNS.items():
        folded = f"replace({folded}, '{sign}', '{letter}')"
    for function, text in (
        ("directory_folded(texts text)", folded),
        ("directory_hex(user_id uuid)", "replace(user_id::text, '-', '')"),
    ):
        op.execute(
            f"CREATE FUNCTION {function} RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
            f"AS $$ SELECT {text} $$"
        )
    may_add = (
        op.get_bind()
        .execute(
            sa.text(
                "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') OR "
                "(EXISTS (SELECT 1 FROM pg_available_extension_versions WHERE name = 'pg_trgm' "
                "AND (trusted OR pg_has_role('pg_database_owner', 'MEMBER'))) "
                "AND has_database_privilege(current_database(), 'CREATE'))"
            )
        )
        .scalar_one()
    )
    if not may_add:
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(
        "CREATE INDEX directory_index ON directory USING gin ("
        "directory_folded('  ' || email_key || name_key) gin_trgm_ops, "
        "phone_digits gin_trgm_ops, directory_hex(user_id) gin_trgm_ops) WITH (fastupdate = off)"
    )
    op.execute("CREATE INDEX audit_index ON audit USING gin (reason gin_trgm_ops)")
