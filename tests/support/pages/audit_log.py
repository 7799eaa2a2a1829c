"""What the audit log has, in the order in which it was recorded."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from dashboard.store.db.database import Database
from dashboard.store.schema import audit


def entries(database: Database, action: str = "%") -> Sequence[Row[Any]]:
    """Return the rows of an action, or of those like `notes:%`."""
    wanted = audit.select().where(audit.c.action.like(action)).order_by(audit.c.seq)
    with database.read() as connection:
        return connection.execute(wanted).all()


def outcomes(database: Database, action: str) -> list[tuple[str, dict[str, str]]]:
    """Return the outcome and details of every row of an action."""
    return [(row.outcome, json.loads(row.details)) for row in entries(database, action)]
