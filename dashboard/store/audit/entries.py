"""The rows of the audit about one subject, as its page shows them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, or_, select

from dashboard.store.audit.chain import SETTLED_BY, Outcome, outcome_of
from dashboard.store.schema import audit, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Entry:
    """A stored row, with the name of who did it; `was_unknown`: it settles an attempt."""

    seq: int
    at: datetime
    action: str
    outcome: Outcome
    staff_id: int | None
    staff_name: str | None
    attempt_seq: int | None
    reason: str | None
    was_unknown: bool


@dataclass(frozen=True)
class LastDone:
    """What was done about a user, with its details; `staff_name` is None for the dashboard."""

    at: datetime
    staff_name: str | None
    details: Mapping[str, Any]


def of_subject(connection: Connection, kind: str, subject_id: str, limit: int) -> list[Entry]:
    """Return the newest rows of what was done about one subject, newest first.

    Refusals by role are left out: rejections without an attempt. Anyone could fill the
    answer with them.
    """
    about = {"kind": kind, "subject": subject_id, "most": limit}
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            action=row.action,
            outcome=outcome_of(row.outcome),
            staff_id=row.staff_id,
            staff_name=row.staff_name,
            attempt_seq=row.attempt_seq,
            reason=row.reason,
            was_unknown=f'"{SETTLED_BY}":' in row.details,
        )
        for row in connection.execute(_OF_SUBJECT, about)
    ]


_DONE = or_(audit.c.outcome != Outcome.REJECTED.value, audit.c.attempt_seq.is_not(None))
_OF_SUBJECT = (
    select(audit, staff_names.of_row(audit).label("staff_name"))
    .outerjoin(staff, staff.c.id == audit.c.staff_id)
    .where(audit.c.subject_kind == bindparam("kind"), audit.c.subject_id == bindparam("subject"))
    .where(_DONE)
    .order_by(audit.c.seq.desc())
    .limit(bindparam("most"))
)


def last_done(connection: Connection, action: str, user_id: UUID) -> LastDone | None:
    """Return when this was last done about a user, None where it never was."""
    row = connection.execute(_LAST_DONE, {"action": action, "subject": str(user_id)}).first()
    return LastDone(row.at, row.staff_name, json.loads(row.details)) if row else None


_LAST_DONE = (
    select(audit.c.at, audit.c.details, staff_names.of_row(audit).label("staff_name"))
    .outerjoin(staff, staff.c.id == audit.c.staff_id)
    .where(audit.c.subject_id == bindparam("subject"), audit.c.action == bindparam("action"))
    .where(audit.c.outcome == Outcome.SUCCEEDED.value)
    .order_by(audit.c.seq.desc())
    .limit(1)
)


def is_recorded(
    connection: Connection,
    action: str,
    staff_id: int | None,
    user_id: UUID,
    span: tuple[datetime, datetime],
) -> bool:
    """Return whether the audit log says that this person did this to this user then."""
    statement = select(audit.c.seq).where(
        audit.c.subject_id == str(user_id),
        audit.c.staff_id == staff_id,
        audit.c.action == action,
        audit.c.outcome == Outcome.SUCCEEDED.value,
        audit.c.at.between(*span),
    )
    return connection.execute(statement.limit(1)).first() is not None
