"""Which member an account at a single sign-on provider belongs to."""

from datetime import datetime

from sqlalchemy import Connection, exists, insert, select

from dashboard.store.schema import sso_accounts


def find(connection: Connection, issuer: str, subject: str) -> int | None:
    """Return the id of the member with this account at the provider."""
    statement = select(sso_accounts.c.staff_id).where(
        sso_accounts.c.issuer == issuer, sso_accounts.c.subject == subject
    )
    staff_id = connection.execute(statement).scalar()
    return None if staff_id is None else int(staff_id)


def has_any(connection: Connection, issuer: str, staff_id: int) -> bool:
    """Return whether the member has any account at the provider."""
    at_issuer = exists().where(sso_accounts.c.issuer == issuer, sso_accounts.c.staff_id == staff_id)
    return bool(connection.execute(select(at_issuer)).scalar())


def add(connection: Connection, issuer: str, subject: str, staff_id: int, at: datetime) -> None:
    """Remember whose account it is."""
    connection.execute(
        insert(sso_accounts).values(
            issuer=issuer, subject=subject, staff_id=staff_id, created_at=at
        )
    )
