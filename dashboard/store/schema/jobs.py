"""Jobs: work on many users, row by row."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("kind"),
    _staff(),  # its starter: rows are performed in their name
    _text("nonce"),  # of the form that started it
    _text("state"),
    _staff("changed_by", nullable=True),  # who paused, resumed or stopped it last
    Column("per_min", Integer),  # chosen calls per minute; none: the budget's
    _at("next_at"),  # no row is taken before
    _at("started_at"),
    _at("finished_at", nullable=True),
    _at("opened_at", nullable=True),  # by its starter, after it ended
    Column("erased", Integer, nullable=False, server_default="0"),  # rows, with their users
    UniqueConstraint("nonce"),
    Index(None, "finished_at"),
    Index(None, "staff_id", "opened_at"),
)

job_columns = Table(  # what the columns of a table held that someone started a job with
    "job_columns",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("header", Text, primary_key=True),  # a digest of the names of the columns
    _text("fields"),  # JSON: one of each column
)

job_rows = Table(
    "job_rows",
    metadata,
    _id(),
    Column("job_id", Integer, ForeignKey("jobs.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the row in the table
    _text("state"),
    _text("nonce"),  # of the row's intent; a retry has another one
    Column("opened_seq", Integer, nullable=False),  # the audit's last row when it was made
    Column("anyway", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    _at("held_until", nullable=True),  # while it runs: the end of the lease; else: not before
    _text("email"),
    _text("email_folded"),
    _text("content"),  # JSON: what else is sent
    _user(nullable=True),
    _text("detail"),
    _text("said"),  # by the API, of a refusal
    _at("began_at", nullable=True),
    _at("ended_at", nullable=True),
    UniqueConstraint("nonce"),
    UniqueConstraint("job_id", "number"),
    Index(None, "state", "job_id", "number"),
    Index(None, "user_id"),
    Index(None, "email_folded"),
)
