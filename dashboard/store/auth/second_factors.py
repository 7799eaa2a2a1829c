"""Second factors of a member as a whole; each kind has a module of its own."""

from sqlalchemy import Connection, delete

from dashboard.store.schema import authenticators, passkeys, recovery_codes, sso_accounts


def remove_all(connection: Connection, staff_id: int) -> None:
    """Remove every second factor of a member, recovery codes too.

    Their account at a single sign-on provider is forgotten too: they may have another one now.
    """
    for table in (passkeys, authenticators, recovery_codes, sso_accounts):
        connection.execute(delete(table).where(table.c.staff_id == staff_id))
