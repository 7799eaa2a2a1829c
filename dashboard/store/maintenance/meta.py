"""Facts of the database about itself, such as the environment of its first start."""

from sqlalchemy import Connection, delete, insert, select

from dashboard.store.schema import meta


def every(connection: Connection) -> dict[str, str]:
    """Return all values that were set, by name."""
    return {row.name: row.value for row in connection.execute(select(meta))}


def add(connection: Connection, name: str, value: str) -> None:
    """Set a value that is not set yet."""
    connection.execute(insert(meta).values(name=name, value=value))


def remove(connection: Connection, name: str) -> None:
    """Unset a value."""
    connection.execute(delete(meta).where(meta.c.name == name))
