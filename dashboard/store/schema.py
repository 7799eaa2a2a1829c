"""Every table; a migration makes each change."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from dashboard.store.columns import UtcDateTime
from dashboard.store.columns import at_column as _at
from dashboard.store.columns import id_column as _id
from dashboard.store.columns import staff_column as _staff
from dashboard.store.columns import text_column as _text
from dashboard.store.columns import user_column as _user

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


staff = Table(
    "staff",
    metadata,
    _id(),
    _text("email"),  # lower case
    _text("name"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False),
    _text("language", nullable=True),
    _text("time_zone", nullable=True),
    _at("created_at"),
    _at("seen_at", nullable=True),
    _text("theme", nullable=True),
    UniqueConstraint("email"),
)

staff_roles = Table(
    "staff_roles",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("role", Text, primary_key=True),
)

staff_links = Table(
    "staff_links",
    metadata,
    Column("token_hash", Text, primary_key=True),  # of what the link holds, never that itself
    _staff(),
    _text("kind"),
    _staff("created_by", nullable=True),  # nobody: the command line
    _at("created_at"),
    _at("expires_at"),
    _at("used_at", nullable=True),
    Index(None, "staff_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", Text, primary_key=True),  # of the id in the cookie, never the id
    _staff(),
    _at("created_at"),
    _at("seen_at"),
    _text("data"),
    Index(None, "staff_id"),
    Index(None, "seen_at"),
)

intents = Table(
    "intents",
    metadata,
    Column("nonce", Text, primary_key=True),
    _staff(),
    _text("action"),
    _user("subject_id", nullable=True),
    _text("body_mac"),
    Column("attempt_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _at("created_at"),
)

audit = Table(
    "audit",
    metadata,
    _id("seq"),
    _at("at"),
    _staff(nullable=True),
    _text("action"),
    _text("subject_kind", nullable=True),
    _text("subject_id", nullable=True),
    Column("attempt_seq", Integer, ForeignKey("audit.seq")),
    _text("outcome"),
    _text("intent", nullable=True),
    _text("reason", nullable=True),
    _text("details"),  # JSON with sorted keys
    _text("request_id", nullable=True),
    _text("environment"),
    _text("key_id"),
    _text("prev"),
    _text("mac"),
    Index(None, "subject_id", "seq"),
    Index(None, "staff_id", "seq"),
    Index(None, "attempt_seq"),
)

inquiries = Table(
    "inquiries",
    metadata,
    _id(),
    _user(),
    _text("state"),
    _text("inquiry_id", nullable=True),
    _text("verification_url", nullable=True),
    _at("started_at"),
    _staff(nullable=True),
    _text("source"),
    Column("audit_seq", Integer, ForeignKey("audit.seq")),
    _text("request_id", nullable=True),
    Index(None, "user_id", "id"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _user(nullable=True),  # whose Privy token it is, is known from the answer alone
    _staff(),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _text("state"),
    _text("reason"),
    _text("ticket", nullable=True),
    _at("issued_at"),
    _at("expires_at", nullable=True),
    _text("fingerprint", nullable=True),
    _text("key_id", nullable=True),
    _text("credential", nullable=True),  # the id of the pair it was issued under
    Index(None, "user_id", "id"),
)

registrations = Table(
    "registrations",
    metadata,
    _id(),
    _user(nullable=True),
    _text("state"),
    _text("email"),
    _text("user_type"),
    _text("country_code"),
    _staff(),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _at("registered_at"),
    Index(None, "user_id"),
    Index(None, "email"),
)

sightings = Table(
    "sightings",
    metadata,
    _id(),
    _user(),
    _text("email"),
    _text("email_folded"),  # what a search for the exact email compares
    _text("status"),
    _text("country_code", nullable=True),
    _text("preferred_language", nullable=True),
    _at("registered_at", nullable=True),
    _at("first_seen_at"),
    _at("last_seen_at"),
    Index(None, "user_id", "id"),
    Index(None, "email_folded"),
)

notes = Table(
    "notes",
    metadata,
    _id(),
    _user(),
    _staff(),
    _text("body"),
    _at("created_at"),
    Index(None, "user_id", "id"),
)

counts = Table(
    "counts",
    metadata,
    Column("status", Text, primary_key=True),
    Column("total", Integer),
    _at("counted_at"),
)

observations = Table(
    "observations",  # what the upstream was last seen to do
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
    _staff(nullable=True),  # nobody: it fell back by itself
    _at("frozen_at", nullable=True),
    _staff("frozen_by", nullable=True),
    _text("frozen_reason", nullable=True),
    _text("alarm", nullable=True),
    _at("alarm_at", nullable=True),
)

limits = Table(
    "limits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    _at("expires_at"),
    Index(None, "expires_at"),
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    _text("value"),
)
