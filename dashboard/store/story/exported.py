"""Whom exports held: each user of a file that is not too long, and one row for a longer one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert

from dashboard.store.schema import exported_users

EVERYONE = UUID(int=0)  # the row of a file with more users than are kept one by one


def add(connection: Connection, user_ids: Collection[UUID], at: datetime, audit_seq: int) -> None:
    """Keep that the export of this entry of the audit held these users."""
    rows = [{"user_id": each, "at": at, "audit_seq": audit_seq} for each in user_ids]
    if rows:
        connection.execute(insert(exported_users), rows)
