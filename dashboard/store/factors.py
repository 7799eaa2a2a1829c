"""Second factors of a member as a whole; each kind has a module of its own."""

from sqlalchemy import Connection, delete

from dashboard.store.schema import authenticators, passkeys, recovery_codes


def remove_all(connection: Connection, staff_id: int) -> None:
    """Take away every second factor of a member, recovery codes too."""
    for table in (passkeys, authenticators, recovery_codes):
        connection.execute(delete(table).where(table.c.staff_id == staff_id))
