"""How staff reach users: the contact log, and the texts that staff send."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from dashboard.store.db.columns import PlainText
from dashboard.store.db.columns import at_column as _at
from dashboard.store.db.columns import id_column as _id
from dashboard.store.db.columns import staff_column as _staff
from dashboard.store.db.columns import text_column as _text
from dashboard.store.db.columns import user_column as _user
from dashboard.store.db.metadata import metadata

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _user(),
    _staff(),
    _text("kind"),
    _text("language", nullable=True),
    _text("situation", nullable=True),
    _at("at"),
    Column("audit_seq", Integer, ForeignKey("audit.seq")),  # of an email
    Index(None, "user_id", "id"),
    Index(None, "user_id", "kind", "id"),
    Index(None, "user_id", "at", "id"),
)
_is_email = contacts.c.audit_seq.is_not(None)
Index("ix_contacts_emails", contacts.c.at, sqlite_where=_is_email, postgresql_where=_is_email)

texts = Table(  # every revision; the newest of a situation and a language counts
    "texts",
    metadata,
    Column("situation", PlainText, primary_key=True),
    Column("language", PlainText, primary_key=True),
    Column("revision", Integer, primary_key=True),
    _text("subject", nullable=True),  # None, as the body: the shipped text was restored
    _text("body", nullable=True),
    _staff(),
    _at("changed_at"),
)
