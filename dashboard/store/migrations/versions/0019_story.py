"""The story of a user: notes, owners, tags, contacts, texts, who opened whom, and every call."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

POSTGRESQL = "postgresql"
WAITED = ("kyc_state", "waits_from_at", "id")
COUNTED = ("country_code", "language", "user_type", "kyc_staff_id", "owner_id")
TIMELINE = (
    ("audit", ("subject_id", "at", "seq")),
    ("sightings", ("user_id", "first_seen_at", "id")),
    ("contacts", ("user_id", "at", "id")),
)
FOLLOWED_UP = ("owner_active_at", "snoozed_until_at", "is_test")


def upgrade() -> None:
    """Add columns and tables, and build a few indexes; no table is rebuilt, no row is changed."""
    _add_notes()
    _add_follow_up()
    _add_contacts()
    _add_texts()
    _add_visits()
    _add_timeline()
    _add_requests()


def _add_notes() -> None:
    op.add_column("notes", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("notes", sa.Column("folded", sa.Text(), nullable=False, server_default=""))
    for name in ("changed_at", "deleted_at"):
        op.add_column("notes", sa.Column(name, _TIME, nullable=True))
    _create(
        "note_revisions",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", _TIME, nullable=False),
        key=("note_id", "revision"),
    )
    op.create_index(op.f("ix_note_revisions_user_id"), "note_revisions", ["user_id"])
    _create(
        "note_drafts",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        _foreign("note_drafts", "staff_id", "staff.id"),
        key=("staff_id", "user_id"),
    )
    if op.get_bind().dialect.name == POSTGRESQL:
        _index_notes_on_a_server()
    else:
        _index_notes_in_a_file()


def _index_notes_in_a_file() -> None:
    """Keep SQLite's FTS5 in step with the notes by triggers, as that of the directory."""
    op.execute(
        "CREATE VIRTUAL TABLE notes_index USING fts5(folded, content='notes', "
        "content_rowid='id', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')"
    )
    add = "INSERT INTO notes_index(rowid, folded) VALUES (new.id, new.folded);"
    remove = (
        "INSERT INTO notes_index(notes_index, rowid, folded) VALUES ('delete', old.id, old.folded);"
    )
    for name, when, body in (
        ("added", "INSERT", add),
        ("removed", "DELETE", remove),
        ("changed", "UPDATE OF folded", remove + " " + add),
    ):
        op.execute(f"CREATE TRIGGER notes_{name} AFTER {when} ON notes BEGIN {body} END")


def _index_notes_on_a_server() -> None:
    """Use PostgreSQL's pg_trgm, where it is: a migration of the directory added what it could."""
    has_trigrams = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')"
    if op.get_bind().execute(sa.text(has_trigrams)).scalar_one():
        op.execute(
            "CREATE INDEX notes_index ON notes USING gin (folded gin_trgm_ops) "
            "WITH (fastupdate = off)"
        )


def _add_follow_up() -> None:
    is_server = op.get_bind().dialect.name == POSTGRESQL
    time = _TIME if is_server else sa.Integer()  # a directory's time is a number in a file
    op.add_column("directory", sa.Column("owner_id", sa.Integer(), nullable=True))
    op.add_column("directory", sa.Column("owner_active_at", time, nullable=True))
    op.add_column("directory", sa.Column("snoozed_until_at", time, nullable=True))
    op.add_column("directory", _switch("is_test"))
    for name in ("ix_directory_waiting", "ix_directory_waiting_values"):
        op.drop_index(name, "directory")
    _index("ix_directory_waiting", "waits_from_at", *WAITED, *COUNTED, *FOLLOWED_UP)
    _index("ix_directory_waiting_values", "waits_from_at", *COUNTED, *WAITED, *FOLLOWED_UP)
    _index("ix_directory_owner_id_id", "owner_id", "owner_id", "id")
    _index_test_users()
    op.execute(  # the list's new column is hidden from those who chose columns before, too
        "UPDATE staff SET list_hidden = CASE list_hidden WHEN '' THEN 'tags' "
        "ELSE list_hidden || ',tags' END WHERE list_hidden IS NOT NULL"
    )
    for name in ("hides_test_users", "mail_on_hand_over"):
        op.add_column("staff", _switch(name))
    op.add_column("staff", sa.Column("hand_over_mailed_at", _TIME, nullable=True))
    _create(
        "owners",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("since_at", _TIME, nullable=False),
        sa.Column("active_at", time, nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("is_seen", sa.Boolean(), nullable=False),
        _foreign("owners", "staff_id", "staff.id"),
        _foreign("owners", "given_by", "staff.id"),
        key=("user_id",),
    )
    op.create_index(op.f("ix_owners_staff_id"), "owners", ["staff_id"])
    _create(
        "snoozes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("until_at", time, nullable=False),
        sa.Column("snoozed_at", _TIME, nullable=False),
        _foreign("snoozes", "staff_id", "staff.id"),
        key=("user_id",),
    )
    _create(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_tags_key")),
        key=("id",),
    )
    op.execute(
        "INSERT INTO tags (name, colour, key, folded, created_at) "
        "VALUES ('test', 'grey', 'test', '  test  ', CURRENT_TIMESTAMP)"
    )
    _create(
        "user_tags",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        _foreign("user_tags", "tag_id", "tags.id"),
        _foreign("user_tags", "staff_id", "staff.id"),
        key=("user_id", "tag_id"),
    )
    op.create_index(op.f("ix_user_tags_tag_id_user_id"), "user_tags", ["tag_id", "user_id"])


def _index_test_users() -> None:
    """Let numbers that leave test users out be counted by an index."""
    others = {"registered_at": (), "kyc_started_at": (), "became_active_at": ("kyc_started_at",)}
    for name, more in others.items():
        op.drop_index(f"ix_directory_{name}_id", "directory")
        columns = (name, "id", "is_test", *more)
        if name == "registered_at":  # is always known
            op.create_index(f"ix_directory_{name}_id", "directory", columns)
        else:
            _index(f"ix_directory_{name}_id", name, *columns)
    op.create_index(
        "ix_directory_test",
        "directory",
        ["status", "country_code", "user_type", "language"],
        sqlite_where=sa.text("is_test = 1"),
        postgresql_where=sa.text("is_test"),
    )


def _add_contacts() -> None:
    _create(
        "contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=True),
        _foreign("contacts", "staff_id", "staff.id"),
        _foreign("contacts", "audit_seq", "audit.seq"),
        key=("id",),
    )
    op.create_index(op.f("ix_contacts_user_id_id"), "contacts", ["user_id", "id"])
    op.create_index(op.f("ix_contacts_user_id_kind_id"), "contacts", ["user_id", "kind", "id"])
    is_email = sa.text("audit_seq IS NOT NULL")
    op.create_index(
        "ix_contacts_emails", "contacts", ["at"], sqlite_where=is_email, postgresql_where=is_email
    )


def _add_texts() -> None:
    _create(
        "texts",
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        _foreign("texts", "staff_id", "staff.id"),
        key=("situation", "language", "revision"),
    )


def _add_visits() -> None:
    _create(
        "visits",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("hour_at", _TIME, nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        _foreign("visits", "staff_id", "staff.id"),
        key=("user_id", "hour_at", "staff_id"),
    )
    op.create_index(op.f("ix_visits_staff_id_hour_at"), "visits", ["staff_id", "hour_at"])
    op.create_index(op.f("ix_visits_hour_at"), "visits", ["hour_at"])


def _add_timeline() -> None:
    op.create_table(
        "exported_users",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        _foreign("exported_users", "audit_seq", "audit.seq"),
        sa.PrimaryKeyConstraint("user_id", "at", "audit_seq", name=op.f("pk_exported_users")),
        sqlite_with_rowid=False,
    )
    for table, columns in TIMELINE:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _add_requests() -> None:
    _create(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("upstream_request", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        _foreign("requests", "staff_id", "staff.id"),
        key=("id",),
    )
    searched = (("request_id",), ("upstream_request",))
    for columns in (*_NEWEST_FIRST, *searched):
        op.create_index(op.f(f"ix_requests_{'_'.join(columns)}"), "requests", list(columns))


_TIME = sa.DateTime(timezone=True)
_NEWEST_FIRST = (("at", "id"), ("user_id", "at", "id"), ("staff_id", "at", "id"))


def _switch(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _create(name: str, *parts: sa.Column[object] | sa.Constraint, key: tuple[str, ...]) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _index(index: str, known: str, *columns: str) -> None:
    is_known = sa.text(f"{known} IS NOT NULL")
    op.create_index(
        index, "directory", list(columns), sqlite_where=is_known, postgresql_where=is_known
    )
