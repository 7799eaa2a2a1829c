"""Search of the audit by one text: an email, a user ID, a ticket, a request ID or a reason."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, Select, func, select, union

from dashboard.store.db import trigrams
from dashboard.store.schema import audit, grants, registrations, sightings
from dashboard.text.emails import comparable, is_email
from dashboard.text.ids import find_uuid

USERS_MAX = 200  # who have a part of an email in theirs
_LINE = func.coalesce(audit.c.attempt_seq, audit.c.seq)


def holds(
    connection: Connection, text: str, line: FromClause, *, partly: bool
) -> ColumnElement[bool]:
    """Return the condition that a line is about what the text names, or has it in its reason.

    `partly`: a part of an email is enough, in a reason too; a whole one is compared whole.
    """
    if user_id := find_uuid(text):
        return line.c.seq.in_(_about([user_id]))
    in_part = partly and not is_email(text)
    found = union(
        _about(_users(connection, text, partly=in_part)),
        select(registrations.c.audit_seq).where(_has(registrations, text, partly=in_part)),
        select(grants.c.audit_seq).where(func.lower(grants.c.ticket) == text.lower()),
        select(_LINE).where(audit.c.request_id == text.lower()),
        *(() if "@" in text and not partly else (_with_reason(connection, text),)),
    )
    return line.c.seq.in_(found)


def _with_reason(connection: Connection, text: str) -> Select[int]:
    """Return the rows with this part of a reason; texts of three characters are in an index."""
    holding = select(audit.c.seq).where(audit.c.reason.icontains(text, autoescape=True))
    if connection.dialect.name != "sqlite" or len(text) < trigrams.LENGTH:
        return holding
    return holding.where(audit.c.seq.in_(trigrams.rows_with("audit_index", text)))


def leaves_users_out(connection: Connection, text: str, *, partly: bool) -> bool:
    """Return whether more users have a part of an email in theirs than a search goes through."""
    if not partly or find_uuid(text):
        return False
    return len(_users(connection, text, partly=True, most=USERS_MAX + 1)) > USERS_MAX


def _users(
    connection: Connection, text: str, *, partly: bool, most: int = USERS_MAX
) -> Sequence[UUID]:
    wanted = select(sightings.c.user_id).where(_has(sightings, text, partly=partly)).distinct()
    return connection.execute(wanted.limit(most)).scalars().all()


def _has(table: FromClause, text: str, *, partly: bool) -> ColumnElement[bool]:
    folded, email = table.c.email_folded, comparable(text)
    return folded.contains(email, autoescape=True) if partly else folded == email


def _about(user_ids: Sequence[UUID]) -> Select[int]:
    return select(_LINE).where(audit.c.subject_id.in_([str(each) for each in user_ids]))
