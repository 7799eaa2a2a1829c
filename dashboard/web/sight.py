"""What the person who asks may see of users."""

from uuid import UUID

from flask import g

from dashboard.services.permissions import Permission
from dashboard.services.readers import Reader
from dashboard.web.context import find_current_user, signed_in, zone


def sees_personal(user_id: UUID | None = None) -> bool:
    """Return whether the person may see such data, of all users or of this one in this answer."""
    person = find_current_user()
    sees_all = person is not None and person.may(Permission.PII_READ)
    return sees_all or (user_id is not None and is_revealed(user_id))


def reader() -> Reader:
    """Return the person who asks, as the reader of a list."""
    member = signed_in().staff
    return Reader(
        member.id,
        zone(),
        names_hidden=not sees_personal(),
        hides_test_users=member.hides_test_users,
    )


def sees_kyc_links() -> bool:
    """Return whether the person may see verification links; a reveal never shows one."""
    person = find_current_user()
    return person is not None and person.may(Permission.KYC_START)


def is_revealed(user_id: UUID) -> bool:
    """Return whether this answer reveals the data of this user."""
    return bool(g.get("revealed") == user_id)


def reveal(user_id: UUID) -> None:
    """Show the data of this user in this one answer."""
    g.revealed = user_id
