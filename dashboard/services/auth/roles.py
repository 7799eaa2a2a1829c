"""What members of staff lose when their roles no longer allow it."""

from collections.abc import Collection

from dashboard.services.permissions import Permission, Role, permissions
from dashboard.store.auth import one_time_links as links
from dashboard.store.db.database import Transaction
from dashboard.store.owners import owners


def withdraw(
    connection: Transaction, staff_id: int, roles: Collection[str], environment: str
) -> None:
    """Withdraw the links that they made for others, and release the users they own."""
    if Role.ADMIN not in roles:  # they may have kept a copy of a link
        links.remove_made_by(connection, staff_id)
    if Permission.NOTES_WRITE not in permissions(roles, environment):
        owners.release_all(connection, staff_id)
