"""The lab: what each step of a run sent, and what came."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

lab_steps = Table(
    "lab_steps",
    metadata,
    _id(),
    Column("job_id", Integer, ForeignKey("jobs.id"), nullable=False),
    Column("row_id", Integer, nullable=False),  # of `job_rows`
    _user(nullable=True),  # None before the registration
    _text("kind"),
    _text("outcome"),
    _at("began_at"),
    Column("took_ms", Integer),  # none: no call was made
    _text("verb"),
    _text("path"),  # a template
    Column("status", Integer),
    _text("body"),  # JSON without secrets, as `answer`
    _text("answer"),
    _text("request_id", nullable=True),  # the API's
    UniqueConstraint("row_id", "kind"),
    Index(None, "job_id"),
    Index(None, "user_id"),
)
