"""The story of a user: one union of everything known, by key: time, source and number.

Each branch is a range of an index, newest first, and ends where the page does.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from dashboard.store.audit.chain import Outcome, outcome_of
from dashboard.store.db.columns import PlainText, UtcDateTime
from dashboard.store.schema import (
    audit,
    contacts,
    exported_users,
    inquiries,
    notes,
    sightings,
    staff,
    visits,
)
from dashboard.store.staff import names as staff_names
from dashboard.store.story.events import BEGINNINGS, Event, Key, Kind, Source, kind_of
from dashboard.store.story.exported import EVERYONE

COUNTED = 200  # rows of a source, at most
Counts = defaultdict[Source, Counter[str]]
_HIGHEST = 2**31 - 1  # number of a row that both databases take


def page(
    connection: Connection,
    user_id: UUID,
    before: Key,
    limit: int,
    *,
    kind: Kind | None = None,
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
    statement = _PAGES[kind, with_visits and kind is Kind.VIEWS]
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


def _below(source: Source, before: Key) -> int:
    """Return what the numbers of a source are below at the very time of a key."""
    if source is before.source:
        return before.id
    return _HIGHEST if source < before.source else -1


def _event(row: Row[*tuple[Any, ...]]) -> Event:
    return Event(
        key=Key(row.at, Source(row.source), row.id),
        word=row.action or row.word or "",
        number=row.number,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        outcome=outcome_of(row.outcome) if row.outcome else None,
        details=json.loads(row.details) if row.details else {},
        before=row.before,
        not_yet_at=row.not_yet_at,
    )


_NO_NUMBER, _NO_TEXT = cast(null(), Integer), cast(null(), PlainText)
_NO_TIME = cast(null(), UtcDateTime)
_USER: ColumnElement[Any] = bindparam("user")
_later, _previous = audit.alias("later"), sightings.alias("previous")
_LINE = func.coalesce(audit.c.attempt_seq, audit.c.seq)
_AFTER = select(_later.c.seq).where(
    _later.c.attempt_seq == audit.c.attempt_seq, _later.c.seq > audit.c.seq
)
_TOLD_AS_START = select(inquiries.c.id).where(
    inquiries.c.user_id == _USER, inquiries.c.audit_seq == audit.c.attempt_seq
)
_TOLD_AS_CONTACT = select(contacts.c.id).where(
    contacts.c.user_id == _USER, contacts.c.audit_seq == _LINE
)
# The last row of each attempt, and events; a refusal by role is a rejection without an attempt.
_TOLD_BY_AUDIT = (
    audit.c.subject_id == bindparam("subject"),
    audit.c.subject_kind == "user",
    audit.c.outcome != Outcome.ATTEMPTED.value,
    or_(audit.c.outcome != Outcome.REJECTED.value, audit.c.attempt_seq.is_not(None)),
    or_(audit.c.attempt_seq.is_(None), ~_AFTER.exists()),
    or_(audit.c.outcome == Outcome.SETTLED.value, ~_TOLD_AS_START.exists()),
    or_(~audit.c.action.startswith("contacts:"), ~_TOLD_AS_CONTACT.exists()),
)
_FIRST_SEEN = select(func.min(sightings.c.first_seen_at)).where(sightings.c.user_id == _USER)
_BEFORE = (
    select(_previous)
    .where(_previous.c.user_id == _USER, _previous.c.id < sightings.c.id)
    .order_by(_previous.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class _Branch:
    """A source: when its rows were, their numbers, whose they are, and what they say."""

    source: Source
    at: ColumnElement[Any]
    id: ColumnElement[Any]
    where: tuple[ColumnElement[bool], ...]
    word: ColumnElement[Any] = _NO_TEXT
    staff_id: ColumnElement[Any] = _NO_NUMBER
    number: ColumnElement[Any] = _NO_NUMBER
    before: ColumnElement[Any] = _NO_TEXT
    not_yet_at: ColumnElement[Any] = _NO_TIME

    def page(self) -> Select[*tuple[Any, ...]]:
        """Return the newest rows before the key of the page."""
        key, below = tuple_(self.at, self.id), bindparam(f"below_{self.source}", type_=Integer)
        newest = (
            select(
                self.at.label("at"),
                literal(self.source.value, PlainText).label("source"),
                self.id.label("id"),
                *(getattr(self, name).label(name) for name in _SAID),
            )
            .where(*self.where, key < tuple_(bindparam("at", type_=UtcDateTime), below))
            .order_by(self.at.desc(), self.id.desc())
            .limit(bindparam("most"))
        )
        return select(newest.subquery())

    def counts(self) -> Select[*tuple[Any, ...]]:
        """Return how many of the newest rows have each word."""
        newest = select(self.word.label("word")).where(*self.where).order_by(self.at.desc())
        rows = newest.limit(bindparam("most")).subquery()
        word = func.coalesce(rows.c.word, "").label("word")
        source = literal(self.source.value, PlainText).label("source")
        return select(source, word, func.count().label("number")).group_by(word)


_SAID = ("word", "staff_id", "number", "before", "not_yet_at")
_AUDIT = _Branch(
    Source.AUDIT, audit.c.at, audit.c.seq, _TOLD_BY_AUDIT, word=audit.c.action, number=audit.c.seq
)
_EXPORTED = _Branch(
    Source.EXPORT,
    exported_users.c.at,
    exported_users.c.audit_seq,
    (exported_users.c.user_id == _USER,),
    number=exported_users.c.audit_seq,
)
_KEPT = (
    _Branch(
        Source.STATUS,
        sightings.c.first_seen_at,
        sightings.c.id,
        (sightings.c.user_id == _USER,),
        word=sightings.c.status,
        before=_BEFORE.with_only_columns(_previous.c.status).scalar_subquery(),
        not_yet_at=_BEFORE.with_only_columns(_previous.c.last_seen_at).scalar_subquery(),
    ),
    _Branch(
        Source.INQUIRY,
        inquiries.c.started_at,
        inquiries.c.id,
        (inquiries.c.user_id == _USER,),
        staff_id=inquiries.c.staff_id,
    ),
    _Branch(
        Source.CONTACT,
        contacts.c.at,
        contacts.c.id,
        (contacts.c.user_id == _USER,),
        word=contacts.c.kind,
        staff_id=contacts.c.staff_id,
        number=contacts.c.audit_seq,
        before=contacts.c.language,
    ),
    _EXPORTED,
    replace(
        _EXPORTED,
        where=(
            exported_users.c.user_id == EVERYONE,
            exported_users.c.at >= _FIRST_SEEN.scalar_subquery(),
        ),
    ),
)
_VISITS = _Branch(
    Source.VISIT,
    visits.c.hour_at,
    visits.c.staff_id,
    (visits.c.user_id == _USER,),
    staff_id=visits.c.staff_id,
    number=visits.c.times,
)


def _branches(kind: Kind | None, *, with_visits: bool) -> list[_Branch]:
    if kind is None:
        return [_AUDIT, *_KEPT]
    acted = or_(*(audit.c.action.startswith(each) for each in BEGINNINGS[kind]))
    found = [replace(_AUDIT, where=(*_TOLD_BY_AUDIT, acted))]
    found += [each for each in _KEPT if kind_of(each.source, "") is kind]
    return [*found, _VISITS] if with_visits else found


def _page(kind: Kind | None, *, with_visits: bool) -> Select[*tuple[Any, ...]]:
    newest = union_all(*(each.page() for each in _branches(kind, with_visits=with_visits)))
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
    for kind in (None, *Kind)
    for with_visits in ((False, True) if kind is Kind.VIEWS else (False,))
}
_COUNTED = (_AUDIT, *_KEPT)
_COUNTS = {
    False: union_all(*(each.counts() for each in _COUNTED)),
    True: union_all(*(each.counts() for each in (*_COUNTED, _VISITS))),
}
