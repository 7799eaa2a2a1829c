"""What became of what staff sent: starts of KYC, tokens and registrations.

Few of them are open, and lists of those must not read the others: an index has only the few.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, true

from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import partial_index
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

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
    # Whether the user is in the directory: an answer of the API has named them.
    Column("is_named", Boolean, nullable=False, server_default=true()),
    Index(None, "user_id", "id"),
    Index(None, "inquiry_id"),
    partial_index(
        "ix_inquiries_unnamed", "user_id", where="is_named = 0", on_a_server="NOT is_named"
    ),
    partial_index("ix_inquiries_unknown", "state", where="state = 'unknown'"),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _user(nullable=True),  # only the answer says whose Privy token it is
    _staff(nullable=True),  # None: a scenario of the command line
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
    Index(None, "staff_id"),
    Index(None, "issued_at"),
    Index(None, "ticket"),
    Index(None, "audit_seq"),
    Index(None, "fingerprint"),
    partial_index("ix_grants_may_exist", "state", where="state = 'may_exist'"),
)

registrations = Table(
    "registrations",
    metadata,
    _id(),
    _user(nullable=True),
    _text("state"),
    _text("email"),
    _text("email_folded", default=""),  # as `text.emails.comparable` writes it
    _text("user_type"),
    _text("country_code"),
    _staff(),
    Column("audit_seq", Integer, ForeignKey("audit.seq"), nullable=False),
    _at("registered_at"),
    Index(None, "user_id"),
    Index(None, "email"),
    Index(None, "email_folded"),
    partial_index("ix_registrations_unknown", "state", where="state = 'unknown'"),
)
