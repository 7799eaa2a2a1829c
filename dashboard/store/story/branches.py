"""The branches of the union that a story is: a statement for each source, by key."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
)

from dashboard.store.audit.chain import Outcome
from dashboard.store.db.columns import PlainText, UtcDateTime
from dashboard.store.schema import (
    audit,
    contacts,
    exported_users,
    inquiries,
    registrations,
    sightings,
    visits,
)
from dashboard.store.story.events import BEGINNINGS, Source, StoryKind, kind_of
from dashboard.store.story.exported import EVERYONE

_NO_NUMBER, _NO_TEXT = cast(null(), Integer), cast(null(), PlainText)
_NO_TIME = cast(null(), UtcDateTime)
_USER: ColumnElement[Any] = bindparam("user")
_later, _previous = audit.alias("later"), sightings.alias("previous")
_AFTER = select(_later.c.seq).where(
    _later.c.attempt_seq == audit.c.attempt_seq, _later.c.seq > audit.c.seq
)
_TOLD_AS_START = select(inquiries.c.id).where(
    inquiries.c.user_id == _USER, inquiries.c.audit_seq == audit.c.attempt_seq
)
# The last row of each attempt, and events; a refusal by role is a rejection without an attempt.
_TOLD_BY_AUDIT = (
    audit.c.subject_id == bindparam("subject"),
    audit.c.subject_kind == "user",
    audit.c.outcome != Outcome.ATTEMPTED.value,
    or_(audit.c.outcome != Outcome.REJECTED.value, audit.c.attempt_seq.is_not(None)),
    or_(audit.c.attempt_seq.is_(None), ~_AFTER.exists()),
    or_(audit.c.outcome == Outcome.SETTLED.value, ~_TOLD_AS_START.exists()),
)
_FIRST_SEEN = select(func.min(sightings.c.first_seen_at)).where(sightings.c.user_id == _USER)
_BEFORE = (
    select(_previous)
    .where(_previous.c.user_id == _USER, _previous.c.id < sightings.c.id)
    .order_by(_previous.c.id.desc())
    .limit(1)
)
_DATED = (
    select(_previous.c.id)
    .where(_previous.c.user_id == _USER, _previous.c.registered_at.is_not(None))
    .order_by(_previous.c.id.desc())
    .limit(1)
)
_REGISTERED_HERE = select(registrations.c.id).where(registrations.c.user_id == _USER)


@dataclass(frozen=True)
class Branch:
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
AUDIT = Branch(
    Source.AUDIT, audit.c.at, audit.c.seq, _TOLD_BY_AUDIT, word=audit.c.action, number=audit.c.seq
)
_EXPORTED = Branch(
    Source.EXPORT,
    exported_users.c.at,
    exported_users.c.audit_seq,
    (exported_users.c.user_id == _USER,),
    number=exported_users.c.audit_seq,
)
KEPT = (
    Branch(
        Source.STATUS,
        sightings.c.first_seen_at,
        sightings.c.id,
        (sightings.c.user_id == _USER,),
        word=sightings.c.status,
        before=_BEFORE.with_only_columns(_previous.c.status).scalar_subquery(),
        not_yet_at=_BEFORE.with_only_columns(_previous.c.last_seen_at).scalar_subquery(),
    ),
    Branch(
        Source.REGISTERED,
        sightings.c.registered_at,
        literal(1, Integer),
        (
            sightings.c.user_id == _USER,
            sightings.c.id == _DATED.scalar_subquery(),
            ~_REGISTERED_HERE.exists(),  # the audit tells it
        ),
    ),
    Branch(
        Source.INQUIRY,
        inquiries.c.started_at,
        inquiries.c.id,
        (inquiries.c.user_id == _USER,),
        staff_id=inquiries.c.staff_id,
    ),
    Branch(
        Source.CONTACT,
        contacts.c.at,
        contacts.c.id,
        (contacts.c.user_id == _USER, contacts.c.audit_seq.is_(None)),  # the audit tells emails
        word=contacts.c.kind,
        staff_id=contacts.c.staff_id,
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
VISITS = Branch(
    Source.VISIT,
    visits.c.hour_at,
    visits.c.staff_id,
    (visits.c.user_id == _USER,),
    staff_id=visits.c.staff_id,
    number=visits.c.times,
)


def branches(kind: StoryKind | None, *, with_visits: bool) -> list[Branch]:
    """Return the branches that have events of a kind; None is all but visits."""
    if kind is None:
        return [AUDIT, *KEPT]
    acted = or_(*(audit.c.action.startswith(each) for each in BEGINNINGS[kind]))
    found = [replace(AUDIT, where=(*_TOLD_BY_AUDIT, acted))]
    found += [each for each in KEPT if kind_of(each.source, "") is kind]
    return [*found, VISITS] if with_visits else found
