"""The story of a user: one union of everything known, by key: time, source and number.

Each branch is a range of an index, newest first, and ends where the page does.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    case,
    func,
    select,
    union_all,
)

from dashboard.store.audit.chain import outcome_of
from dashboard.store.schema import (
    audit,
    notes,
    staff,
)
from dashboard.store.staff import names as staff_names
from dashboard.store.story.branches import AUDIT, KEPT, VISITS, branches
from dashboard.store.story.events import Event, EventKey, Source, StoryKind

COUNTED = 200  # rows of a source, at most
Counts = defaultdict[Source, Counter[str]]
_HIGHEST = 2**31 - 1  # number of a row that both databases take


def page(
    connection: Connection,
    user_id: UUID,
    before: EventKey,
    limit: int,
    *,
    kind: StoryKind | None = None,
    with_visits: bool = False,
) -> list[Event]:
    """Return the events of a user before this key, newest first. Visits are only in their kind."""
    asked = {
        "user": user_id,
        "subject": str(user_id),
        "at": before.at,
        "most": limit,
        **{f"below_{source}": _below(source, before) for source in Source},
    }
    statement = _PAGES[kind, with_visits and kind is StoryKind.VIEWS]
    return [_event(row) for row in connection.execute(statement, asked)]


def counts(connection: Connection, user_id: UUID, *, with_visits: bool) -> Counts:
    """Return how many events each source has of each word, of its newest ones."""
    asked = {"user": user_id, "subject": str(user_id), "most": COUNTED}
    found: Counts = defaultdict(Counter)
    for row in connection.execute(_COUNTS[with_visits], asked):
        found[Source(row.source)][row.word] += row.number
    return found


def notes_of(connection: Connection, user_id: UUID, numbers: Sequence[int]) -> dict[int, str]:
    """Return what these notes about a user say; nothing of those that were deleted."""
    statement = select(notes.c.id, notes.c.body).where(
        notes.c.id.in_(numbers), notes.c.user_id == user_id, notes.c.deleted_at.is_(None)
    )
    return {row.id: row.body for row in connection.execute(statement)}


def _below(source: Source, before: EventKey) -> int:
    """Return what the numbers of a source are below at the very time of a key."""
    if source is before.source:
        return before.id
    return _HIGHEST if source < before.source else -1


def _event(row: Row[*tuple[Any, ...]]) -> Event:
    return Event(
        key=EventKey(row.at, Source(row.source), row.id),
        word=row.action or row.word or "",
        number=row.number,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        outcome=outcome_of(row.outcome) if row.outcome else None,
        details=_details(row.details),
        before=row.before,
        not_yet_at=row.not_yet_at,
    )


def _details(written: str | None) -> Mapping[str, Any]:
    """Return the details of an entry; none where they can't be read."""
    try:
        details = json.loads(written or "{}")
    except ValueError:
        return {}
    return details if isinstance(details, dict) else {}


def _page(kind: StoryKind | None, *, with_visits: bool) -> Select[*tuple[Any, ...]]:
    newest = union_all(*(each.page() for each in branches(kind, with_visits=with_visits)))
    rows = newest.subquery()
    by = case((rows.c.source.in_((Source.AUDIT, Source.EXPORT)), rows.c.number))
    name = func.coalesce(staff_names.of_row(audit), staff_names.of()).label("staff_name")
    return (
        select(
            *(rows.c[each] for each in ("at", "source", "id", "word", "before", "not_yet_at")),
            func.coalesce(audit.c.attempt_seq, rows.c.number).label("number"),
            func.coalesce(audit.c.staff_id, rows.c.staff_id).label("staff_id"),
            *(audit.c[each] for each in ("action", "outcome", "details")),
            name,
        )
        .outerjoin_from(rows, audit, audit.c.seq == by)
        .outerjoin(staff, staff.c.id == func.coalesce(audit.c.staff_id, rows.c.staff_id))
        .order_by(rows.c.at.desc(), rows.c.source.desc(), rows.c.id.desc())
        .limit(bindparam("most"))
    )


_PAGES = {
    (kind, with_visits): _page(kind, with_visits=with_visits)
    for kind in (None, *StoryKind)
    for with_visits in ((False, True) if kind is StoryKind.VIEWS else (False,))
}
_COUNTED = (AUDIT, *KEPT)
_COUNTS = {
    False: union_all(*(each.counts() for each in _COUNTED)),
    True: union_all(*(each.counts() for each in (*_COUNTED, VISITS))),
}
