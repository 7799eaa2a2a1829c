"""The tables of the people who use the dashboard, and of their sessions."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

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
    Column("second_factor_required", Boolean, nullable=False, server_default=false()),
    Column("shortcuts", Boolean, nullable=False, server_default=true()),
    Column("list_rows", Integer, nullable=True),  # of a page; what no one chose is None
    _text("list_hidden", nullable=True),  # names of columns, with commas
    _text("list_density", nullable=True),
    Column("hides_test_users", Boolean, nullable=False, server_default=false()),
    Column("mail_on_hand_over", Boolean, nullable=False, server_default=false()),
    _at("hand_over_mailed_at", nullable=True),
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
    _staff("created_by", nullable=True),  # None: the command line
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
    _text("method", default="password"),  # how its owner logged in
    _at("confirmed_at", nullable=True),  # when they last showed who they are
    _text("address", nullable=True),
    _text("browser", nullable=True),  # User-Agent
    Index(None, "staff_id"),
    Index(None, "seen_at"),
)
