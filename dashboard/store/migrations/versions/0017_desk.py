"""The desk: a user's leading inquiry on their row, since when they wait, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

POSTGRESQL = "postgresql"
TIMES = ("kyc_started_at", "waits_from_at", "became_active_at", "closed_at")
COUNTED = ("country_code", "language", "user_type", "kyc_staff_id")
WAITED = ("kyc_state", "waits_from_at", "id")


def upgrade() -> None:
    """Add columns and indexes, and fill them from what is known; no table is rebuilt."""
    is_server = op.get_bind().dialect.name == POSTGRESQL
    time = sa.DateTime(timezone=True) if is_server else sa.Integer()
    by_bytes = sa.Text(collation="C" if is_server else None)
    state = sa.Column("kyc_state", by_bytes, nullable=False, server_default="")
    op.add_column("directory", state)
    op.add_column("directory", sa.Column("kyc_staff_id", sa.Integer(), nullable=True))
    for name in TIMES:
        op.add_column("directory", sa.Column(name, time, nullable=True))
    _fill(_ON_A_SERVER if is_server else _IN_A_FILE)
    _index("ix_directory_waiting", "waits_from_at", *WAITED, *COUNTED)
    _index("ix_directory_waiting_values", "waits_from_at", *COUNTED, *WAITED)
    for name in ("kyc_started_at", "closed_at"):
        _index(f"ix_directory_{name}_id", name, name, "id")
    active = ("became_active_at", "id", "kyc_started_at")
    _index("ix_directory_became_active_at_id", "became_active_at", *active)
    op.create_table(
        "follow_holds",
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    )


def _index(index: str, known: str, *columns: str) -> None:
    is_known = sa.text(f"{known} IS NOT NULL")
    op.create_index(
        index, "directory", list(columns), sqlite_where=is_known, postgresql_where=is_known
    )


def _fill(started_at: str) -> None:
    """Fill the columns from inquiries and sightings, as `leads` and `rows` write them."""
    op.execute(
        f"UPDATE directory SET (kyc_state, kyc_started_at, kyc_staff_id) = ("  # noqa: S608  texts of ours
        f"SELECT state, {started_at}, staff_id FROM inquiries "
        "WHERE inquiries.user_id = directory.user_id "
        "ORDER BY CASE state WHEN 'held' THEN 0 WHEN 'elsewhere' THEN 1 ELSE 2 END, "
        "source = 'imported', started_at DESC, id DESC LIMIT 1) "
        "WHERE user_id IN (SELECT user_id FROM inquiries)"
    )
    unknown = "'1970-01-01 00:00:00+00'" if started_at == _ON_A_SERVER else "0"
    op.execute(
        "UPDATE directory SET waits_from_at = CASE WHEN kyc_started_at IS NOT NULL "  # noqa: S608  a text of ours
        "THEN kyc_started_at WHEN status_before_at IS NOT NULL THEN status_since_at "
        f"WHEN registered_at > {unknown} THEN registered_at ELSE first_seen_at END "
        "WHERE status = 'pending' AND gone_at IS NULL"
    )
    waited = (
        "EXISTS (SELECT 1 FROM sightings WHERE sightings.user_id = directory.user_id "
        "AND sightings.status = 'pending')"
    )
    op.execute(
        "UPDATE directory SET closed_at = CASE WHEN status = 'pending' THEN gone_at "  # noqa: S608  a text of ours
        "ELSE status_since_at END, became_active_at = CASE WHEN status = 'active' "
        "THEN status_since_at END "
        f"WHERE (status_before_at IS NOT NULL AND status <> 'pending' AND {waited}) "
        "OR (status = 'pending' AND gone_at IS NOT NULL)"
    )


_ON_A_SERVER = "started_at"
# A directory's time is a number of microseconds in a file; other times are texts.
_IN_A_FILE = (
    "CAST(strftime('%s', started_at) AS INTEGER) * 1000000 "
    "+ CAST(substr(started_at || '000000', 21, 6) AS INTEGER)"
)
