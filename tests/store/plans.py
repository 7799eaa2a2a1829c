"""How a database reads what it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

from dashboard.store.db.database import Database


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """Give the plan of each statement that is run inside the block, in words."""
    found: list[str] = []
    is_explaining = False

    def explain(
        connection: Connection,
        _cursor: object,
        statement: str,
        parameters: tuple[object, ...],
        *_: object,
    ) -> None:
        nonlocal is_explaining
        if is_explaining or not statement.lstrip().startswith("SELECT"):
            return
        is_explaining = True
        how = "EXPLAIN QUERY PLAN " if database.is_file else "EXPLAIN "
        rows = connection.exec_driver_sql(how + statement, parameters).all()
        found.append("\n".join(str(row[-1]) for row in rows))
        is_explaining = False

    event.listen(Engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", explain)
