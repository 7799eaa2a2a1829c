"""The audit: an append-only chain. Each row carries the mac of its content and of the row before.

The triggers of the first migration refuse UPDATE, DELETE and INSERT OR REPLACE; `verify()` finds
what was changed by other means, all but a cut tail.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Connection, Row, insert, select

from dashboard.crypto.keyring import Keys
from dashboard.store.audit import head as audit_head
from dashboard.store.audit.head import Head
from dashboard.store.db.columns import Stored, read_back, storable
from dashboard.store.db.database import after_commit
from dashboard.store.schema import audit, staff

SETTLED_BY = "settled_by"  # in the details of a row that settles an attempt
NO_ACTOR = "–"  # the command line, a stranger, or the dashboard: no member of staff
ACTOR = ("actor_name", "actor_email")  # not part of what the macs of older rows cover
log = structlog.get_logger()


class Outcome(StrEnum):
    """The state of an attempt. ATTEMPTED is followed by a second row, UNKNOWN perhaps by a third.

    SETTLED is such a third row: no longer open, though it can't be known what this attempt did.
    """

    ATTEMPTED = "attempted"
    SUCCEEDED = "succeeded"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SETTLED = "settled"


def outcome_of(stored: str) -> Outcome:
    """Return a stored outcome; one that this version does not know is unknown."""
    return read_back(Outcome, stored, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Chain:
    """The key that signs every row, and the environment that the rows belong to.

    `observer` hears of each entry, once it lasts; it must not raise.
    """

    keys: Keys
    environment: str
    observer: Callable[[str, str], None] | None = None


@dataclass(frozen=True)
class NewEntry:
    """A row to append. `details` holds neither secrets nor more personal data than it must."""

    at: datetime
    action: str
    outcome: Outcome
    staff_id: int | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    attempt_seq: int | None = None
    intent: str | None = None
    reason: str | None = None
    details: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    request_id: str | None = None


class FindingKind(StrEnum):
    """Defects of the chain at one place."""

    MISSING = "missing"
    END_LOST = "its end was cut off, or replaced"
    POINTED_AT = "another table points at it, and it is not there"
    REORDERED = "reordered"
    CHANGED = "changed"
    UNKNOWN_KEY = "unknown key"


@dataclass(frozen=True)
class ChainFault:
    """The first row at which the chain does not hold."""

    seq: int
    kind: FindingKind


def append(connection: Connection, chain: Chain, entry: NewEntry) -> int:
    """Append a row inside the caller's `write()`; return its number."""
    last, is_whole = audit_head.find(connection, chain.keys)
    key = chain.keys.current
    actor = select(staff.c.name, staff.c.email).where(staff.c.id == entry.staff_id)
    row = connection.execute(actor).first() if entry.staff_id is not None else None
    name, email = row or (NO_ACTOR, None)  # as they are now
    values = {
        **{copied: storable(getattr(entry, copied)) for copied in _COPIED},
        "seq": last.seq + 1,
        "outcome": entry.outcome.value,
        "details": json.dumps(dict(entry.details), sort_keys=True),
        "environment": chain.environment,
        "key_id": key.id,
        "prev": last.mac,
        "actor_name": name,
        "actor_email": email,
    }
    new = Head(last.seq + 1, key.mac(signed(values)))
    connection.execute(insert(audit).values(**values, mac=new.mac))
    if is_whole:
        audit_head.record(connection, key, new)
    after_commit(connection, lambda: log.info("audit_head", seq=new.seq, mac=new.mac))
    return new.seq


def head(connection: Connection) -> Head:
    """Return the last row; row 0, which has no mac, of an empty audit."""
    statement = select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)
    row = connection.execute(statement).first()
    return Head(row.seq, row.mac) if row else Head(0, "")


def holds(connection: Connection, known: Head) -> bool:
    """Return whether a row is still there as it was."""
    statement = select(audit.c.seq).where(audit.c.seq == known.seq, audit.c.mac == known.mac)
    return connection.execute(statement).scalar() is not None


def verify(connection: Connection, keys: Keys) -> ChainFault | None:
    """Walk the whole chain; return the first row that does not hold, or None."""
    expected, prev = 1, ""
    for raw in _walk(connection):
        if raw.seq != expected:
            return ChainFault(expected, FindingKind.MISSING)
        row = _row(raw)
        if row is None:
            return ChainFault(expected, FindingKind.CHANGED)
        if kind := _problem(row, prev, keys):
            return ChainFault(expected, kind)
        expected, prev = expected + 1, str(row["mac"])
    return None


def _walk(connection: Connection) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield every row, oldest first, in parts: neither engine's driver holds them all."""
    after = -1
    while part := connection.execute(RAW.where(audit.c.seq > after).limit(PART)).all():
        yield from part
        after = part[-1].seq


_COPIED = (
    "at",
    "action",
    "staff_id",
    "subject_kind",
    "subject_id",
    "attempt_seq",
    "intent",
    "reason",
    "request_id",
)


RAW = select(audit.c.seq, *(Stored(column).label(column.name) for column in audit.c[1:])).order_by(
    audit.c.seq
)
PART = 1_000  # rows in memory
_NUMBERS = frozenset({"staff_id", "attempt_seq"})


def _row(raw: Row[*tuple[Any, ...]]) -> dict[str, object] | None:
    """Return the row's values, None where one is nothing that we ever wrote."""
    try:
        return {name: _value(name, stored) for name, stored in raw._mapping.items()}  # noqa: SLF001  public by documentation
    except ValueError:
        return None


def _value(name: str, stored: object) -> object:
    if not isinstance(stored, bytes):
        return stored
    text = stored.decode()
    if name == "at":
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return int(text) if name in _NUMBERS else text


def _problem(row: Mapping[str, object], prev: str, keys: Keys) -> FindingKind | None:
    key = keys.find(str(row["key_id"]))
    if key is None:
        return FindingKind.UNKNOWN_KEY
    values = {name: value for name, value in row.items() if name != "mac"}
    if not key.verifies(signed(values), str(row["mac"])):
        return FindingKind.CHANGED
    return FindingKind.REORDERED if row["prev"] != prev else None


def signed(values: Mapping[str, object]) -> bytes:
    """Return the bytes a mac covers: every column but itself, in one spelling.

    Rows of older versions have no actor, and are spelled without one.
    """
    spelled = {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if name not in ACTOR or value is not None
    }
    return json.dumps(spelled, sort_keys=True, separators=(",", ":")).encode()
