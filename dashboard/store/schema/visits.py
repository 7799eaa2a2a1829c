"""Who opened whom: one row for each person, user and hour; and whom exports held."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Uuid

from dashboard.store.db.columns import UtcDateTime
from dashboard.store.db.metadata import metadata

visits = Table(
    "visits",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("hour_at", UtcDateTime, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("times", Integer, nullable=False),
    Index(None, "staff_id", "hour_at"),
    Index(None, "hour_at"),
)

exported_users = Table(
    "exported_users",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("at", UtcDateTime, primary_key=True),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), primary_key=True),
    sqlite_with_rowid=False,
)
