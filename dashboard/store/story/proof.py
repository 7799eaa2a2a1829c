"""What a proof pack holds of one user, or of a period: events, tokens and openings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from dashboard.store.audit.chain import Outcome
from dashboard.store.kyc.states import InquirySource
from dashboard.store.schema import (
    audit,
    contacts,
    exported_users,
    grants,
    inquiries,
    sightings,
    staff,
    visits,
)
from dashboard.store.staff import names as staff_names

PART = 1_000  # rows in memory
Rows = Iterator[Row[*tuple[Any, ...]]]
_Select = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class ProofScope:
    """Whose rows: one user's, or everyone's from `since_at` to before `until_at`."""

    user_id: UUID | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None

    def holds(
        self,
        user: ColumnElement[Any],
        at: ColumnElement[Any],
        written: Callable[[UUID], object] = lambda user_id: user_id,
    ) -> ColumnElement[bool]:
        """Return the condition that a row is in scope; `written` is how it has the user."""
        conditions: list[ColumnElement[bool]] = [true()]
        if self.user_id:
            conditions.append(user == written(self.user_id))
        if self.since_at:
            conditions.append(at >= self.since_at)
        if self.until_at:
            conditions.append(at < self.until_at)
        return and_(*conditions)


def count(connection: Connection, scope: ProofScope) -> int:
    """Return how many events and openings there are."""
    parts = (*_events(scope), _openings(scope))
    numbers = (select(func.count()).select_from(each.order_by(None).subquery()) for each in parts)
    return sum(connection.execute(each).scalar_one() for each in numbers)


def events(connection: Connection, scope: ProofScope) -> Rows:
    """Return every event, oldest first."""
    streams = (_stream(connection, each) for each in _events(scope))
    return merge(*streams, key=lambda row: (row.at, row.source, row.id))


def tokens(connection: Connection, scope: ProofScope) -> Rows:
    """Return the tokens that were issued, or may have been, oldest first."""
    names = ("issued_at", "expires_at", "user_id", "state", "reason", "ticket", "fingerprint")
    columns = (*(grants.c[name] for name in names), grants.c.audit_seq)
    wanted = scope.holds(grants.c.user_id, grants.c.issued_at)
    return _stream(connection, _by_staff(grants, *columns).where(wanted).order_by(grants.c.id))


def openings(connection: Connection, scope: ProofScope) -> Rows:
    """Return who opened which user, by hour."""
    return _stream(connection, _openings(scope))


def segment(connection: Connection, scope: ProofScope) -> range:
    """Return the numbers of all entries of the audit of a period, without a gap."""
    ends = select(func.min(audit.c.seq), func.max(audit.c.seq))
    first, last = connection.execute(ends.where(scope.holds(null(), audit.c.at))).one()
    return range(first, last + 1) if first else range(0)


def _stream(connection: Connection, statement: _Select) -> Rows:
    return iter(connection.execute(statement, execution_options={"yield_per": PART}))


def _by_staff(table: Table, *columns: ColumnElement[Any]) -> _Select:
    """Return the columns with the name and the email of who made a row."""
    name = staff_names.of_row(table) if table is audit else staff_names.of()
    return select(
        *columns, name.label("staff_name"), staff.c.email.label("staff_email")
    ).outerjoin_from(table, staff, staff.c.id == table.c.staff_id)


def _openings(scope: ProofScope) -> _Select:
    columns = (visits.c.hour_at, visits.c.user_id, visits.c.times)
    wanted = scope.holds(visits.c.user_id, visits.c.hour_at)
    return _by_staff(visits, *columns).where(wanted).order_by(*columns[:2], visits.c.staff_id)


_later = audit.alias("later")
_LAST_OF_ATTEMPT = or_(
    audit.c.attempt_seq.is_(None),
    ~select(_later.c.seq)
    .where(_later.c.attempt_seq == audit.c.attempt_seq, _later.c.seq > audit.c.seq)
    .exists(),
)
_EVENT = ("at", "source", "id", "user_id", "what", "outcome", "seen_until_at", "audit_seq")


def _event(**columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return the columns of an event; those that a source has nothing for are null."""
    return [columns.get(name, null()).label(name) for name in _EVENT]


def _events(scope: ProofScope) -> tuple[_Select, ...]:
    """Return a statement for each source; what has an entry of the audit is read only there."""
    seen, held, made, began = sightings.c, exported_users.c, contacts.c, inquiries.c
    statements = (
        _by_staff(
            audit,
            *_event(
                at=audit.c.at,
                source=literal("audit"),
                id=audit.c.seq,
                user_id=audit.c.subject_id,
                what=audit.c.action,
                outcome=audit.c.outcome,
                audit_seq=func.coalesce(audit.c.attempt_seq, audit.c.seq),
            ),
        )
        .where(scope.holds(audit.c.subject_id, audit.c.at, str), audit.c.subject_kind == "user")
        .where(audit.c.outcome != Outcome.ATTEMPTED.value, _LAST_OF_ATTEMPT),
        select(
            *_event(
                at=seen.first_seen_at,
                source=literal("status"),
                id=seen.id,
                user_id=seen.user_id,
                what=seen.status,
                seen_until_at=seen.last_seen_at,
            ),
            null().label("staff_name"),
            null().label("staff_email"),
        ).where(scope.holds(seen.user_id, seen.first_seen_at)),
        _by_staff(
            contacts,
            *_event(
                at=made.at,
                source=literal("contact"),
                id=made.id,
                user_id=made.user_id,
                what=made.kind,
            ),
        ).where(scope.holds(made.user_id, made.at), made.audit_seq.is_(None)),
        _by_staff(
            inquiries,
            *_event(
                at=began.started_at,
                source=literal("kyc"),
                id=began.id,
                user_id=began.user_id,
                what=began.source,
            ),
        )
        .where(scope.holds(began.user_id, began.started_at))
        .where(began.source == InquirySource.IMPORTED.value),
        _by_staff(
            audit,
            *_event(
                at=held.at,
                source=literal("export"),
                id=held.audit_seq,
                user_id=held.user_id,
                what=audit.c.action,
                audit_seq=held.audit_seq,
            ),
        )
        .join(exported_users, held.audit_seq == audit.c.seq)
        .where(scope.holds(held.user_id, held.at)),
    )
    return tuple(
        each.order_by(each.selected_columns.at, each.selected_columns.id) for each in statements
    )
