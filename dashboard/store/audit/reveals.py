"""Who had whose personal data revealed, as the audit has it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from dashboard.store.schema import audit


def is_recorded(
    connection: Connection,
    action: str,
    staff_id: int | None,
    user_id: UUID,
    span: tuple[datetime, datetime],
) -> bool:
    """Say whether it stands in the audit that this person did this about this user then."""
    first, last = span
    statement = select(audit.c.seq).where(
        audit.c.subject_id == str(user_id),
        audit.c.staff_id == staff_id,
        audit.c.action == action,
        audit.c.outcome == "succeeded",
        audit.c.at.between(first, last),
    )
    return connection.execute(statement.limit(1)).first() is not None
