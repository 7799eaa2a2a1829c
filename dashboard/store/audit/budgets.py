"""Actions within the last hour, counted in the audit log itself: no counter can be lost."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from dashboard.store.audit.chain import Outcome
from dashboard.store.schema import audit, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Spent:
    """Someone who reached a budget, and when.

    `budget` is the kind of budget, None for the limits on tokens.
    """

    staff_name: str
    staff_email: str
    at: datetime
    action: str
    budget: str | None
    most: int


def nth_newest(
    connection: Connection, staff_id: int, action: str, span: tuple[datetime, datetime], number: int
) -> datetime | None:
    """Return when someone did something for the n-th last time, None if they did it less often."""
    statement = (
        select(audit.c.at)
        .where(
            audit.c.action == action,
            audit.c.at.between(*span),
            audit.c.staff_id == staff_id,
            audit.c.outcome != Outcome.REJECTED.value,
            audit.c.attempt_seq.is_(None),
        )
        .order_by(audit.c.at.desc())
        .offset(number - 1)
        .limit(1)
    )
    return connection.execute(statement).scalar()


def spent_within(connection: Connection, span: tuple[datetime, datetime]) -> list[Spent]:
    """Return the people who reached a limit then, newest first; each person and action once."""
    causes = (audit.c.details.contains(f'"cause": "{cause}"') for cause in ("budget", "limit"))
    statement = (
        select(
            staff_names.of().label("name"),
            staff.c.email,
            *(audit.c[name] for name in ("at", "action", "details")),
        )
        .join_from(audit, staff, staff.c.id == audit.c.staff_id)
        .where(
            audit.c.at.between(*span),
            audit.c.outcome == Outcome.REJECTED.value,
            audit.c.attempt_seq.is_(None),
            audit.c.details.contains('"most":'),
            or_(*causes),
        )
        .order_by(audit.c.seq.desc())
    )
    found: dict[tuple[str, str], Spent] = {}
    for row in connection.execute(statement):
        details = json.loads(row.details)
        spent = Spent(
            row.name, row.email, row.at, row.action, details.get("budget"), details["most"]
        )
        found.setdefault((row.email, row.action), spent)
    return list(found.values())
