"""The rows of the audit as they are stored, to be taken elsewhere and verified there."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select, true

from dashboard.store.audit import RAW
from dashboard.store.audit_lines import LineFilters, matching
from dashboard.store.schema import audit, staff

Value = str | int | None
COLUMNS = tuple(column.name for column in audit.c)
NUMBERS = frozenset({"seq", "staff_id", "attempt_seq"})


def numbers(
    connection: Connection, filters: LineFilters, given_up_at: datetime, limit: int
) -> tuple[list[int], int]:
    """Return the newest rows of the lines that match, oldest first, and how many there are."""
    line = func.coalesce(audit.c.attempt_seq, audit.c.seq)
    wanted = true() if filters == LineFilters() else line.in_(matching(filters, given_up_at))
    newest = select(audit.c.seq).where(wanted).order_by(audit.c.seq.desc()).limit(limit)
    total = connection.execute(select(func.count()).select_from(audit).where(wanted)).scalar_one()
    return [row.seq for row in connection.execute(newest)][::-1], total


def rows(connection: Connection, chosen: Sequence[int]) -> list[dict[str, Value]]:
    """Return rows with exactly the values that their macs cover; an odd one as it can be read."""
    found = connection.execute(RAW.where(audit.c.seq.in_(chosen)))
    return [{name: _exact(name, raw._mapping[name]) for name in COLUMNS} for raw in found]  # noqa: SLF001  public by documentation


def names(connection: Connection) -> dict[Value, tuple[str, str]]:
    """Return name and email of everybody on staff by id."""
    statement = select(staff.c.id, staff.c.name, staff.c.email)
    return {row.id: (row.name, row.email) for row in connection.execute(statement)}


def _exact(name: str, stored: bytes | str | int | datetime | None) -> Value:
    if isinstance(stored, datetime):
        return stored.astimezone(UTC).isoformat()
    if not isinstance(stored, bytes):
        return stored
    text = stored.decode(errors="replace")
    try:
        if name == "at":
            return datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat()
        return int(text) if name in NUMBERS else text
    except ValueError:
        return text
