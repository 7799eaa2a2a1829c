"""Sweeps that nothing reads any more."""

from sqlalchemy import Connection, delete, func, select

from dashboard.store.db.database import Transaction
from dashboard.store.directory.sweeps import Result
from dashboard.store.schema import sweep_problems, sweeps


def find_before(connection: Connection, most: int) -> int | None:
    """Return the first sweep that stays if there are older ones, None where all stay.

    The newest stay, and the last two that are complete: they say who is missing at the API.
    """
    newest = select(sweeps.c.id).order_by(sweeps.c.id.desc())
    complete = newest.where(sweeps.c.result == Result.COMPLETE).limit(2).subquery()
    first = connection.execute(newest.offset(most - 1).limit(1)).scalar()
    if first is None:
        return None
    of_complete = connection.execute(select(func.min(complete.c.id))).scalar()
    stays = min(first, of_complete or first)
    found = select(sweeps.c.id).where(sweeps.c.id < stays).limit(1)
    return stays if connection.execute(found).first() else None


def remove(transaction: Transaction, before: int) -> None:
    """Remove the sweeps before this one, and their problems."""
    transaction.execute(delete(sweep_problems).where(sweep_problems.c.sweep_id < before))
    transaction.execute(delete(sweeps).where(sweeps.c.id < before))
