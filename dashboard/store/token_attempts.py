"""How many tokens somebody asked for, counted in the audit itself: no counter can be lost."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from dashboard.store import staff_names
from dashboard.store.attempts import LOOKED_AT
from dashboard.store.audit import Outcome
from dashboard.store.schema import audit, staff

REFUSED = {"cause": "limit"}
_answer = audit.alias("answer")


@dataclass(frozen=True)
class Limited:
    """Somebody who was refused another token, and when."""

    staff_name: str
    staff_email: str
    at: datetime


def newest(
    connection: Connection,
    action: str,
    staff_id: int,
    span: tuple[datetime, datetime],
    limit: int,
) -> list[datetime]:
    """Return when somebody's last attempts were made, newest first.

    What was certainly not sent, for the API was out of reach, is not among them.
    """
    unsent = select(_answer.c.seq).where(
        _answer.c.attempt_seq == audit.c.seq,
        _answer.c.outcome == Outcome.REJECTED.value,
        _answer.c.details.contains('"status": null'),
    )
    statement = (
        select(audit.c.at)
        .where(
            audit.c.staff_id == staff_id,
            audit.c.action == action,
            audit.c.outcome == Outcome.ATTEMPTED.value,
            audit.c.at.between(*span),
            ~unsent.exists(),
        )
        .order_by(audit.c.seq.desc())
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def was_refused(connection: Connection, action: str, staff_id: int, since: datetime) -> bool:
    """Say whether somebody was refused another one since then."""
    statement = select(audit.c.seq).where(
        audit.c.staff_id == staff_id, *_refusals(action), audit.c.at > since
    )
    return connection.execute(statement.limit(1)).first() is not None


def limited(connection: Connection, action: str, since: datetime) -> list[Limited]:
    """Return who was refused another one since then, the last one first; of the newest rows."""
    newest = select(func.max(audit.c.seq)).scalar_subquery()
    statement = (
        select(staff_names.of().label("name"), staff.c.email, audit.c.at)
        .join_from(audit, staff, staff.c.id == audit.c.staff_id)
        .where(audit.c.seq > newest - LOOKED_AT, *_refusals(action), audit.c.at > since)
        .order_by(audit.c.seq.desc())
    )
    return [Limited(row.name, row.email, row.at) for row in connection.execute(statement)]


def _refusals(action: str) -> tuple[ColumnElement[bool], ...]:
    return (
        audit.c.action == action,
        and_(audit.c.outcome == Outcome.REJECTED.value, audit.c.attempt_seq.is_(None)),
        audit.c.details.contains('"cause": "limit"'),
    )
