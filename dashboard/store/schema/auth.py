"""The tables about how staff log in, beside `staff` and `sessions`."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from dashboard.store.db.columns import WIDE
from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.metadata import metadata

passkeys = Table(
    "passkeys",
    metadata,
    _id(),
    _staff(),
    _text("credential_id"),  # base64url
    _text("public_key"),  # COSE, base64url
    Column("sign_count", WIDE, nullable=False),
    _text("name"),
    _at("created_at"),
    _at("used_at", nullable=True),
    UniqueConstraint("credential_id"),
    Index(None, "staff_id"),
)

# One authenticator app per person. Its secret is sealed; the last step stops a code's second use.
authenticators = Table(
    "authenticators",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    _text("sealed"),
    _text("key_id"),
    Column("last_step", Integer, nullable=False),
    _at("created_at"),
    _at("used_at", nullable=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    _id(),
    _staff(),
    _text("code_hash"),
    _at("used_at", nullable=True),
    Index(None, "staff_id"),
)

sso_accounts = Table(
    "sso_accounts",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _staff(),
    _at("created_at"),
    Index(None, "staff_id"),
)

# Forms typed when a session had ended or needed confirmation; only their owner gets them back.
kept_forms = Table(
    "kept_forms",
    metadata,
    Column("handle_hash", Text, primary_key=True),
    _staff(),
    _text("page"),
    _text("sealed"),
    _text("key_id"),
    _at("expires_at"),
    Column("size", Integer, nullable=False, server_default="0"),  # characters of `sealed`
    Index(None, "expires_at"),
    Index(None, "staff_id"),
    Index(
        None, "expires_at", "handle_hash", "size", "staff_id"
    ),  # `drop_oldest` reads nothing else
)
