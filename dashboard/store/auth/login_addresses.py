"""Recent addresses of log-ins, from the audit log."""

import json

from sqlalchemy import Connection, select

from dashboard.store.audit.chain import Outcome
from dashboard.store.schema import audit


def recent(connection: Connection, limit: int) -> list[str]:
    """Return the addresses of the last log-ins, newest first; "" where none is known."""
    statement = (
        select(audit.c.details)
        .where(audit.c.action == "auth:login", audit.c.outcome == Outcome.SUCCEEDED.value)
        .order_by(audit.c.seq.desc())
        .limit(limit)
    )
    return [json.loads(details).get("address", "") for details in connection.scalars(statement)]
