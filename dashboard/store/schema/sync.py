"""The tables of the directory's upkeep: its one worker, its sweeps, and their shared budget."""

from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, Uuid

from dashboard.store.db.columns import WIDE, UtcDateTime
from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

background_budget = Table(
    "background_budget",  # one row, once a background call was made
    metadata,
    _id(),
    Column("tokens", Float, nullable=False),
    Column("per_min", Float, nullable=False),  # now; less than the setting after a 429
    _at("refilled_at"),
    _at("limited_at", nullable=True),
)

background_calls = Table(
    "background_calls",
    metadata,
    Column("minute", UtcDateTime, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("calls", Integer, nullable=False),
)

follow_holds = Table(
    "follow_holds",  # users whom no one asks about until then: asked just now, or unreadable
    metadata,
    Column("user_id", Uuid, primary_key=True),
    _at("ends_at"),
)

sync_lease = Table(
    "sync_lease",  # one row, once a worker ran
    metadata,
    _id(),
    _text("holder"),
    _at("ends_at"),
    _at("caught_up_at", nullable=True),
)


def _position() -> tuple[Column[Any], ...]:
    """Return the columns that say where a pass over the list is: the fields of `Position`."""
    return (
        Column("page", Integer, nullable=False),
        Column("page_size", Integer, nullable=False),
        _text("cursor"),
        Column("largest", Integer, nullable=False),
        Column("most", Integer, nullable=False),
        Column("is_fixed", Boolean, nullable=False),
        Column("is_joined", Boolean, nullable=False),
        Column("falls", Boolean, nullable=False),
        Column("rises", Boolean, nullable=False),
        _at("front_at", nullable=True),
        Column("quiet", Integer, nullable=False),
        Column("back", Integer, nullable=False),
    )


# A user counts as read by a sweep where their number in `directory` is `first_number` or more.
# Every pass over the list has the next number.
sweeps = Table(
    "sweeps",
    metadata,
    _id(),
    _at("started_at"),
    _at("finished_at", nullable=True),
    _at("paused_at", nullable=True),
    _text("result"),
    _text("phase"),
    Column("first_number", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("passes", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("late", Integer, nullable=False),  # this pass found, and those before it missed
    Column("unreadable", Integer, nullable=False),
    Column("total", WIDE),
    Column("total_least", WIDE),
    Column("total_most", WIDE),
    *_position(),
)

sweep_problems = Table(
    "sweep_problems",
    metadata,
    Column("sweep_id", Integer, ForeignKey("sweeps.id"), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("page", Integer, nullable=False),  # where it was first
    _at("at"),
)

look_throughs = Table(
    "look_throughs",
    metadata,
    _id(),
    _staff(),
    _text("sealed"),  # the text that is looked for
    _text("key_id"),
    _at("started_at"),
    _at("read_at"),  # when its last page was read, at first when it was started
    _at("finished_at", nullable=True),
    _text("result"),
    Column("pages", Integer, nullable=False),
    Column("users", WIDE, nullable=False),
    Column("total", WIDE),
    _text("hits"),  # JSON: the users found, in the order of the list
    _text("last_page"),  # JSON: the users of the last page that joined those before it
    *_position(),
    Index(None, "staff_id"),
)
