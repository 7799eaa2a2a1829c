"""What the database says of itself, such as the environment of its first start."""

from sqlalchemy import Connection, insert, select

from dashboard.store.schema import meta


def find(connection: Connection, name: str) -> str | None:
    """Return a value, or None while it was never set."""
    return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()


def add(connection: Connection, name: str, value: str) -> None:
    """Set a value that stays."""
    connection.execute(insert(meta).values(name=name, value=value))
