"""Facts of the database about itself, such as the environment of its first start."""

from sqlalchemy import Connection, insert, select

from dashboard.store.schema import meta


def every(connection: Connection) -> dict[str, str]:
    """Return all values that were set, by name."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def add(connection: Connection, name: str, value: str) -> None:
    """Set a value that stays."""
    connection.execute(insert(meta).values(name=name, value=value))
