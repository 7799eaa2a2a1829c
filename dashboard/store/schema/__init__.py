"""Every table; a migration makes each change. Some areas have a module of their own."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from dashboard.store.db.columns import WIDE, partial_index
from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata
from dashboard.store.schema.auth import (
    authenticators,
    kept_forms,
    passkeys,
    recovery_codes,
    sso_accounts,
)
from dashboard.store.schema.budgets import audit_sums, staff_names
from dashboard.store.schema.contacts import contacts, texts
from dashboard.store.schema.directory import directory, directory_counts
from dashboard.store.schema.follow_up import owners, snoozes, tags, user_tags
from dashboard.store.schema.jobs import job_columns, job_rows, jobs
from dashboard.store.schema.lab import lab_reports, lab_steps
from dashboard.store.schema.notes import note_drafts, note_edits, note_revisions, notes
from dashboard.store.schema.outcomes import grants, inquiries, registrations
from dashboard.store.schema.saved_views import (
    last_visits,
    recent_users,
    saved_views,
    selected_users,
    selections,
)
from dashboard.store.schema.staff import sessions, staff, staff_links, staff_roles
from dashboard.store.schema.sync import (
    background_budget,
    background_calls,
    follow_holds,
    look_throughs,
    sweep_problems,
    sweeps,
    sync_lease,
)
from dashboard.store.schema.upstream import (
    api_pairs,
    api_switch,
    breakers,
    observations,
    requests,
    upstream_minutes,
)
from dashboard.store.schema.visits import exported_users, visits

__all__ = [
    "api_pairs",
    "api_switch",
    "audit_sums",
    "authenticators",
    "background_budget",
    "background_calls",
    "breakers",
    "contacts",
    "directory",
    "directory_counts",
    "exported_users",
    "follow_holds",
    "grants",
    "inquiries",
    "job_columns",
    "job_rows",
    "jobs",
    "kept_forms",
    "lab_reports",
    "lab_steps",
    "last_visits",
    "look_throughs",
    "metadata",
    "note_drafts",
    "note_edits",
    "note_revisions",
    "notes",
    "observations",
    "owners",
    "passkeys",
    "recent_users",
    "recovery_codes",
    "registrations",
    "requests",
    "saved_views",
    "selected_users",
    "selections",
    "sessions",
    "snoozes",
    "sso_accounts",
    "staff",
    "staff_links",
    "staff_names",
    "staff_roles",
    "sweep_problems",
    "sweeps",
    "sync_lease",
    "tags",
    "texts",
    "upstream_minutes",
    "user_tags",
    "visits",
]


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
    _text("actor_name", nullable=True),  # as they were; older rows have neither
    _text("actor_email", nullable=True),
    Index(None, "subject_id", "seq"),
    Index(None, "subject_id", "at", "seq"),
    Index(None, "staff_id", "seq"),
    Index(None, "action", "at"),
    Index(None, "request_id"),
    # SQLite would assume that no more rows lack an attempt than share one.
    partial_index("ix_audit_attempt_seq", "attempt_seq", where="attempt_seq IS NOT NULL"),
    partial_index("ix_audit_staff_id_at", "staff_id", "at", where="attempt_seq IS NULL"),
)

sightings = Table(
    "sightings",
    metadata,
    _id(),
    _user(),
    _text("email"),
    _text("email_folded"),  # as `text.emails.comparable` writes it
    _text("status"),
    _text("country_code", nullable=True),
    _text("preferred_language", nullable=True),
    _at("registered_at", nullable=True),
    _at("first_seen_at"),
    _at("last_seen_at"),
    Index(None, "user_id", "id"),
    Index(None, "user_id", "first_seen_at", "id"),
    Index(None, "email_folded"),
    Index(None, "status", "user_id", "id"),
)

counts = Table(
    "counts",
    metadata,
    Column("status", Text, primary_key=True),
    Column("total", WIDE),
    _at("counted_at"),
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
