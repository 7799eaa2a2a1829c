"""What the columns of a table held, as one person said when they started a job with it."""

import json

from sqlalchemy import Connection, select

from dashboard.store.db.database import Transaction
from dashboard.store.db.upsert import upsert
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.schema import job_columns


def find(connection: Connection, staff_id: int, kind: JobKind, header: str) -> tuple[str, ...]:
    """Return the field of each column, nothing for a table that is new to the person."""
    columns = job_columns.c
    kept = connection.execute(
        select(columns.fields).where(
            columns.staff_id == staff_id, columns.kind == kind.value, columns.header == header
        )
    ).scalar()
    return tuple(json.loads(kept)) if kept else ()


def put(
    transaction: Transaction, staff_id: int, kind: JobKind, header: str, fields: tuple[str, ...]
) -> None:
    """Keep the field of each column, in place of what was kept."""
    key = {"staff_id": staff_id, "kind": kind.value, "header": header}
    kept = {"fields": json.dumps(fields)}
    put_in = upsert(transaction, job_columns).values(**key, **kept)
    transaction.execute(put_in.on_conflict_do_update(index_elements=[*key], set_=kept))
