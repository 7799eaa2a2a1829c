"""The last row of the audit as it was last recorded: a cut end shows even without a log.

It is signed apart from the chain, so that access to the database isn't enough to move it. It moves
forward only from the row that was the last one: once the end was cut, it stays where it was.
"""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from dashboard.crypto.keyring import Key, Keys
from dashboard.store.schema import audit, meta

NAME = "audit_head"  # in `meta`; the migration makes it, unsigned
_MAC = re.compile(r"[0-9a-f]{64}")
_NUMBERS = range(1, 2**63)  # which the database can count to


@dataclass(frozen=True)
class Head:
    """The last row: written down elsewhere, it shows whether the end was cut off later."""

    seq: int
    mac: str


def read_head(seq: object, mac: object) -> Head:
    """Return a row as a log, a file or a person names it.

    Raises:
        ValueError: no row of an audit can have this number or this mac.

    """
    if not isinstance(seq, int) or seq is True or seq not in _NUMBERS:
        raise ValueError("not the number of a row")
    if not isinstance(mac, str) or not _MAC.fullmatch(mac):
        raise ValueError("not the mac of a row")
    return Head(seq, mac)


def find(connection: Connection, keys: Keys) -> tuple[Head, bool]:
    """Return the last row, and whether it is the one that was recorded last.

    An empty audit ends with row 0, which has no mac.
    """
    row = connection.execute(_LAST).one()
    last = Head(row.seq or 0, row.mac or "")
    known, start = str(row.known), f"{last.seq}:{last.mac}:"
    if not known.startswith(start):
        return last, False
    key_id, _, signature = known.removeprefix(start).partition(":")
    if key := keys.find(key_id):
        return last, key.verifies(_signed(last), signature)
    is_older = row.actor_name is None  # than the upgrade, which recorded it unsigned
    return last, is_older and not signature


_newest = select(func.max(audit.c.seq).label("seq")).subquery()
_LAST = (
    select(
        select(meta.c.value).where(meta.c.name == NAME).scalar_subquery().label("known"),
        audit.c.seq,
        audit.c.mac,
        audit.c.actor_name,
    )
    .select_from(_newest)
    .outerjoin(audit, audit.c.seq == _newest.c.seq)
)


def record(connection: Connection, key: Key, head: Head) -> None:
    """Record the row that has just been appended."""
    value = f"{head.seq}:{head.mac}:{key.id}:{key.mac(_signed(head))}"
    connection.execute(update(meta).where(meta.c.name == NAME).values(value=value))


def first_beyond(connection: Connection) -> int | None:
    """Return the first number past the end of the audit that another row points at."""
    newest = select(func.max(audit.c.seq)).scalar_subquery()
    pointers = [
        column
        for table in audit.metadata.sorted_tables
        for column in table.c
        if any(key.column is audit.c.seq for key in column.foreign_keys)
    ]
    beyond = [
        connection.execute(
            select(func.min(column)).where(column > func.coalesce(newest, 0))
        ).scalar()
        for column in pointers
    ]
    return min((seq for seq in beyond if seq is not None), default=None)


def _signed(head: Head) -> bytes:
    return f"last row {head.seq} {head.mac}".encode()
