"""The tables beside the audit: what is counted before it becomes a row, and names people had."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

# Events too frequent for a row each: one row of the audit log when `ends_at` is past.
audit_sums = Table(
    "audit_sums",
    metadata,
    Column("key", Text, primary_key=True),  # of the action, the person, the network and the cause
    _text("action"),
    _text("outcome"),
    _staff(nullable=True),
    _text("details"),  # JSON
    Column("times", Integer, nullable=False),
    _at("since_at"),
    _at("ends_at"),
    Index(None, "ends_at"),
)

# Every name that a member of staff has or had, in the form in which look-alikes are equal.
staff_names = Table(
    "staff_names",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("skeleton", Text, primary_key=True),
    Index(None, "skeleton"),
)
