"""Search of the audit by one text: an email, a user ID, a ticket, a request ID or a reason."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    column,
    func,
    select,
    table,
    union,
)

from dashboard.store.db import trigrams
from dashboard.store.schema import audit, grants, registrations, sightings
from dashboard.text.emails import comparable, is_email
from dashboard.text.ids import find_uuid

USERS_MAX = 200  # who have a part of an email in theirs
Lines = Select[*tuple[Any, ...]]
_LINE = func.coalesce(audit.c.attempt_seq, audit.c.seq)


def holds(
    connection: Connection, text: str, line: FromClause, *, partly: bool
) -> ColumnElement[bool]:
    """Return the condition that a line is about what the text names, or has it in its reason.

    `partly`: a part of an email is enough, in a reason too; a whole one is compared whole.
    """
    found = _named(connection, text, partly=partly)
    if _may_be_reason(text, partly=partly):
        found.append(_with_reason(connection, text))
    return line.c.seq.in_(union(*found))


def ways(
    connection: Connection,
    lines: Lines,
    line: FromClause,
    text: str | None,
    *,
    partly: bool,
    seqs: range,
) -> list[Lines]:
    """Return the statements for those of these lines that `holds` means, each the newest first.

    They are read only until a page is full, however many share a reason. `seqs` are their numbers.
    """
    newest = line.c.seq.desc()
    if text is None:
        return [lines.order_by(newest)]
    named = lines.where(line.c.seq.in_(union(*_named(connection, text, partly=partly))))
    ways = [named.order_by(newest)]
    if _may_be_reason(text, partly=partly):
        reasons = lines.where(line.c.reason.icontains(text, autoescape=True))
        if _has_words(connection, text):
            number = _REASONS.c.rowid
            here = line.c.seq == number + 0  # from the index to its line, never the other way
            asked = trigrams.matches(_REASONS.c.audit_index, trigrams.holding(text))
            reasons = reasons.where(here, asked, number.between(seqs.start, seqs.stop - 1))
            newest = number.desc()
        ways.append(reasons.order_by(newest))
    return ways


_REASONS = table("audit_index", column("rowid"), column("audit_index"))


def _named(connection: Connection, text: str, *, partly: bool) -> list[Select[int]]:
    """Return the statements for what the text names: a user, a ticket or a request."""
    if user_id := find_uuid(text):
        return [_about([user_id])]
    in_part = partly and not is_email(text)
    return [
        _about(_users(connection, text, partly=in_part)),
        select(registrations.c.audit_seq).where(_has(registrations, text, partly=in_part)),
        select(grants.c.audit_seq).where(func.lower(grants.c.ticket) == text.lower()),
        select(_LINE).where(audit.c.request_id == text.lower()),
    ]


def _may_be_reason(text: str, *, partly: bool) -> bool:
    return not find_uuid(text) and (partly or "@" not in text)


def _with_reason(connection: Connection, text: str) -> Select[int]:
    """Return the rows with this part of a reason."""
    holding = select(audit.c.seq).where(audit.c.reason.icontains(text, autoescape=True))
    if not _has_words(connection, text):
        return holding
    return holding.where(audit.c.seq.in_(trigrams.rows_with("audit_index", text)))


def _has_words(connection: Connection, text: str) -> bool:
    """Return whether SQLite's index of reasons has a text: one of three characters or more."""
    return connection.dialect.name == "sqlite" and len(text) >= trigrams.LENGTH


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
