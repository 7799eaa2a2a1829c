"""The tables about the upstream: what was seen, what holds calls back, and the credentials."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dashboard.store.db.columns import UtcDateTime
from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

observations = Table(
    "observations",  # of the upstream's behaviour
    metadata,
    Column("name", Text, primary_key=True),
    _text("value"),
    _at("seen_at"),
)

upstream_minutes = Table(
    "upstream_minutes",
    metadata,
    Column("minute", UtcDateTime, primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("total_ms", Integer, nullable=False),
    Column("slowest_ms", Integer, nullable=False),
)

requests = Table(
    "requests",  # every call: never a body, a secret or a token
    metadata,
    _id(),
    _at("at"),
    _text("verb"),
    _text("path"),  # the template
    _user(nullable=True),  # whom the call was about
    Column("status", Integer, nullable=True),
    _text("result"),
    _text("cause"),
    Column("took_ms", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    _text("request_id", nullable=True),  # ours
    _text("upstream_request", nullable=True),  # the API's ID of the same request
    _staff(nullable=True),  # None: the worker
    Index(None, "at", "id"),
    Index(None, "user_id", "at", "id"),
    Index(None, "staff_id", "at", "id"),
    Index(None, "request_id"),
    Index(None, "upstream_request"),
)

breakers = Table(
    "breakers",
    metadata,
    Column("credential", Text, primary_key=True),  # the id of the pair, see Credentials.id
    Column("failures", Integer, nullable=False),
    _text("result"),
    _at("failing_since_at"),
    _at("opened_at", nullable=True),
    _at("retry_at", nullable=True),
    Column("tries", Integer, nullable=False),
    _at("probe_until_at", nullable=True),
    _at("waits_since_at", nullable=True),
)

api_pairs = Table(
    "api_pairs",
    metadata,
    _id(),
    _text("pair"),  # its id, see Credentials.id
    _text("hint"),
    _text("sealed", nullable=True),  # none: it is the environment's, or was forgotten
    _text("key_id", nullable=True),
    _staff("added_by", nullable=True),
    _at("added_at"),
    _at("proved_at", nullable=True),
    _text("proof", nullable=True),
    Column("users_same", Integer),
    Column("users_other", Integer),
    _at("used_at", nullable=True),
    _at("left_at", nullable=True),
    _at("forgotten_at", nullable=True),
    Index(None, "pair"),
)

api_switch = Table(
    "api_switch",  # one row, once anything was switched or frozen
    metadata,
    _id(),
    Column("in_use_id", Integer, ForeignKey("api_pairs.id")),  # none: the environment's pair
    _at("since_at", nullable=True),
    _staff(nullable=True),  # None: an automatic fallback
    _at("frozen_at", nullable=True),
    _staff("frozen_by", nullable=True),
    _text("frozen_reason", nullable=True),
    _text("alarm", nullable=True),
    _at("alarm_at", nullable=True),
)
