"""The audit log as people read it: one line per attempt, with its current outcome."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, or_, select

from dashboard.store.audit.chain import SETTLED_BY, Outcome, outcome_of
from dashboard.store.audit.sought import holds, ways
from dashboard.store.schema import audit, grants, staff
from dashboard.store.staff import names as staff_names
from dashboard.store.staff.members import has_email


@dataclass(frozen=True)
class LineFilters:
    """Filters of the audit log; None filters nothing. `before` and `from_seq` are lines' numbers.

    `actions` leaves only those, and all that `or_by` did; `without` leaves those out. `refused_to`
    leaves out what was refused to anyone else. `partly`: a part of a user's email is enough for
    `text`.
    """

    person: str | None = None
    action: str | None = None
    subject: str | None = None
    outcome: str | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None
    before: int | None = None
    from_seq: int | None = None
    actions: Sequence[str] | None = None
    or_by: str | None = None
    staff_id: int | None = None
    without: Sequence[str] | None = None
    refused_to: str | None = None
    text: str | None = None
    partly: bool = False


@dataclass(frozen=True)
class AuditLine:
    """An attempt, or an event that was recorded whole. `settled_at` is the time of its last row.

    `was_unknown` says that this row settled it after its answer had been lost.
    """

    seq: int
    at: datetime
    staff_id: int | None
    staff_name: str | None
    staff_email: str | None
    action: str
    subject_kind: str | None
    subject_id: str | None
    outcome: Outcome
    reason: str | None
    settled_at: datetime
    was_unknown: bool
    ticket: str | None


@dataclass(frozen=True)
class AuditRow:
    """One row of the chain. `details` is JSON."""

    seq: int
    at: datetime
    staff_name: str | None
    outcome: Outcome
    details: str
    request_id: str | None
    environment: str
    key_id: str
    mac: str


_last = audit.alias("last")
_first = audit.alias("first")
_of_line = select(grants.c.ticket).where(grants.c.audit_seq == _first.c.seq).limit(1)
_TICKET = _of_line.correlate(_first).scalar_subquery()


def lines(
    connection: Connection, filters: LineFilters, limit: int, given_up_at: datetime
) -> list[AuditLine]:
    """Return lines, newest first; an attempt before `given_up_at` without an outcome is unknown."""
    others = _conditions(connection, replace(filters, text=None), _outcome(given_up_at))
    statement = _lines(given_up_at).where(*others).limit(limit)
    seqs = range(filters.from_seq or 1, filters.before or 2**31)  # which no row has
    found = ways(connection, statement, _first, filters.text, partly=filters.partly, seqs=seqs)
    rows = {row.seq: row for each in found for row in connection.execute(each)}
    return [_line(rows[seq]) for seq in sorted(rows, reverse=True)[:limit]]


def matching(connection: Connection, filters: LineFilters, given_up_at: datetime) -> Select[int]:
    """Return the statement that gives the numbers of lines."""
    conditions = _conditions(connection, filters, _outcome(given_up_at))
    return _lines(given_up_at).with_only_columns(_first.c.seq).where(*conditions)


def find(
    connection: Connection, seq: int, given_up_at: datetime
) -> tuple[AuditLine, list[AuditRow]] | None:
    """Return a line with all of its rows, None where there is no such line."""
    row = connection.execute(_lines(given_up_at).where(_first.c.seq == seq)).first()
    if row is None:
        return None
    statement = (
        select(audit, staff_names.of_row().label("name"))
        .outerjoin_from(audit, staff, staff.c.id == audit.c.staff_id)
        .where(or_(audit.c.seq == seq, audit.c.attempt_seq == seq))
        .order_by(audit.c.seq)
    )
    rows = [
        AuditRow(
            seq=each.seq,
            at=each.at,
            staff_name=each.name,
            outcome=outcome_of(each.outcome),
            details=each.details,
            request_id=each.request_id,
            environment=each.environment,
            key_id=each.key_id,
            mac=each.mac,
        )
        for each in connection.execute(statement)
    ]
    return _line(row), rows


def line_of(connection: Connection, seq: int) -> int | None:
    """Return the number of the line that a row belongs to, None where there is no such row."""
    statement = select(func.coalesce(audit.c.attempt_seq, audit.c.seq)).where(audit.c.seq == seq)
    return connection.execute(statement).scalar()


def counts(
    connection: Connection, filters: LineFilters, recent_at: datetime, given_up_at: datetime
) -> dict[tuple[str, Outcome], tuple[int, int]]:
    """Return how many lines there are of each action and outcome: since `recent_at`, and all."""
    outcome = _outcome(given_up_at)
    recent = func.count().filter(_first.c.at >= recent_at)
    statement = (
        _lines(given_up_at)
        .with_only_columns(_first.c.action, outcome.label("outcome"), recent, func.count())
        .where(*_conditions(connection, filters, outcome))
        .group_by(_first.c.action, outcome)
    )
    found = connection.execute(statement)
    return {(action, outcome_of(name)): (late, every) for action, name, late, every in found}


def people(connection: Connection) -> list[tuple[str, str, int]]:
    """Return email, name and ID of all staff, by email."""
    statement = select(staff.c.email, staff.c.name, staff.c.id).order_by(staff.c.email)
    return [(row.email, row.name, row.id) for row in connection.execute(statement)]


def _outcome(given_up_at: datetime) -> ColumnElement[str]:
    abandoned = and_(
        _first.c.outcome == Outcome.ATTEMPTED.value,
        _first.c.at < given_up_at,
    )
    own = case((abandoned, Outcome.UNKNOWN.value), else_=_first.c.outcome)
    return func.coalesce(_last.c.outcome, own)


def _lines(given_up_at: datetime) -> Select[*tuple[Any, ...]]:
    newest = (
        select(func.max(audit.c.seq))
        .where(audit.c.attempt_seq == _first.c.seq)
        .correlate(_first)
        .scalar_subquery()
    )
    return (
        select(
            _first.c.seq,
            _first.c.at,
            _first.c.staff_id,
            _first.c.action,
            _first.c.reason,
            staff_names.of_row(_first).label("name"),
            func.coalesce(_first.c.actor_email, staff.c.email).label("email"),
            func.coalesce(_last.c.subject_kind, _first.c.subject_kind).label("subject_kind"),
            func.coalesce(_last.c.subject_id, _first.c.subject_id).label("subject_id"),
            _outcome(given_up_at).label("outcome"),
            func.coalesce(_last.c.at, _first.c.at).label("settled_at"),
            func.coalesce(_last.c.details.contains(f'"{SETTLED_BY}":'), False).label("was_unknown"),
            _TICKET.label("ticket"),
        )
        .select_from(_first)
        .outerjoin(_last, _last.c.seq == newest)
        .outerjoin(staff, staff.c.id == _first.c.staff_id)
        .where(_first.c.attempt_seq.is_(None))
    )


def _conditions(
    connection: Connection, filters: LineFilters, outcome: ColumnElement[str]
) -> list[Any]:
    subject = func.coalesce(_last.c.subject_id, _first.c.subject_id)
    asked: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
        (filters.person, has_email),
        (filters.staff_id, lambda value: _first.c.staff_id == value),
        (filters.action, lambda value: _first.c.action == value),
        (filters.subject, lambda value: and_(subject == value, _first.c.seq.in_(_about(value)))),
        (filters.outcome, lambda value: outcome == value),
        (filters.since_at, lambda value: _first.c.at >= value),
        (filters.until_at, lambda value: _first.c.at < value),
        (filters.before, lambda value: _first.c.seq < value),
        (filters.from_seq, lambda value: _first.c.seq >= value),
        (filters.without, _first.c.action.not_in),
        (
            filters.refused_to,
            lambda value: or_(outcome != Outcome.REJECTED.value, staff.c.email == value),
        ),
        (filters.text, lambda value: holds(connection, value, _first, partly=filters.partly)),
        (
            filters.actions,
            lambda value: or_(_first.c.action.in_(value), staff.c.email == filters.or_by),
        ),
    )
    return [condition(value) for value, condition in asked if value is not None]


def _about(subject_id: str) -> Select[int]:
    """Return the numbers of the lines with a row about this subject; an index has them."""
    line = func.coalesce(audit.c.attempt_seq, audit.c.seq)
    return select(line).where(audit.c.subject_id == subject_id)


def _line(row: Row[*tuple[Any, ...]]) -> AuditLine:
    return AuditLine(
        seq=row.seq,
        at=row.at,
        staff_id=row.staff_id,
        staff_name=row.name,
        staff_email=row.email,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        outcome=outcome_of(row.outcome),
        reason=row.reason,
        settled_at=row.settled_at,
        was_unknown=row.was_unknown,
        ticket=row.ticket,
    )
