"""The lab: reports of scenarios."""

from sqlalchemy import Index, Table, UniqueConstraint

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

lab_reports = Table(
    "lab_reports",
    metadata,
    _id(),
    _staff(),  # who asked for it: the calls are made in their name
    _text("nonce"),  # of the form
    _text("scenarios"),  # their names, with commas
    _text("state"),
    _text("document"),  # the report as JSON, '' until there is one
    _at("asked_at"),
    _at("held_until", nullable=True),  # by the worker that runs it
    _at("ended_at", nullable=True),
    UniqueConstraint("nonce"),
    Index(None, "state", "id"),
    Index(None, "ended_at"),
)
