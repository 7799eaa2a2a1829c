"""Attempts in the audit log: their outcomes, their rivals, and those without an outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Label, and_, func, or_, select

from dashboard.store.audit.chain import Outcome, outcome_of
from dashboard.store.schema import audit, intents, registrations, staff
from dashboard.store.staff import names as staff_names
from dashboard.text.emails import comparable

LOOKED_AT = 10_000  # rows; an attempt that is older had its outcome recorded before
ABANDONED_DETAILS: Mapping[str, str] = {"cause": "left without an outcome"}
_later = audit.alias("later")


@dataclass(frozen=True)
class StoredAttempt:
    """The common facts of all entries of an attempt; `seq` is the number of the first."""

    seq: int
    action: str
    staff_id: int | None
    subject_kind: str | None
    subject_id: str | None
    intent: str | None
    request_id: str | None


_STORED = select(*(audit.c[each.name] for each in fields(StoredAttempt)))


def find_outcome(connection: Connection, attempt_seq: int) -> Outcome | None:
    """Return the current outcome of an attempt: its last row that is not *attempted*."""
    statement = (
        select(audit.c.outcome)
        .where(audit.c.attempt_seq == attempt_seq)
        .order_by(audit.c.seq.desc())
        .limit(1)
    )
    outcome = connection.execute(statement).scalar()
    return outcome_of(outcome) if outcome else None


def is_open(attempt_seq: ColumnElement[Any]) -> Label[bool]:
    """Return the column `is_open`: whether the attempt that a row names has no outcome."""
    outcome = select(audit.c.seq).where(audit.c.attempt_seq == attempt_seq).exists()
    return and_(attempt_seq.is_not(None), ~outcome).label("is_open")


def is_running(
    attempt_seq: ColumnElement[Any], started_at: ColumnElement[Any], given_up_at: datetime
) -> ColumnElement[bool]:
    """Return whether the attempt that a row names has no outcome and is not given up yet."""
    outcome = select(audit.c.seq).where(audit.c.attempt_seq == attempt_seq).exists()
    return and_(attempt_seq.is_not(None), ~outcome, started_at > given_up_at)


def is_unsettled(attempt_seq: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the outcome of the attempt that a row names is unknown, or not there yet."""
    known = audit.alias("known")
    told = select(known.c.seq).where(
        known.c.attempt_seq == attempt_seq, known.c.outcome != Outcome.UNKNOWN.value
    )
    return and_(attempt_seq.is_not(None), ~told.exists())


def unknown_since(attempt_seq: ColumnElement[Any]) -> Label[datetime | None]:
    """Return the column `lost_at`: when *unknown* was recorded for the attempt of a row."""
    lost = audit.alias("lost")
    return (
        select(func.max(lost.c.at, type_=audit.c.at.type))
        .where(lost.c.attempt_seq == attempt_seq, lost.c.outcome == Outcome.UNKNOWN.value)
        .scalar_subquery()
        .label("lost_at")
    )


def find_unknown(connection: Connection, attempt_seq: int) -> StoredAttempt | None:
    """Return an attempt, None unless its outcome is *unknown*."""
    if find_outcome(connection, attempt_seq) is not Outcome.UNKNOWN:
        return None
    return StoredAttempt(*connection.execute(_STORED.where(audit.c.seq == attempt_seq)).one())


@dataclass(frozen=True)
class ConcurrentAttempt:
    """An attempt that another one may meet; its outcome is None while it has none."""

    seq: int
    action: str
    staff_name: str
    at: datetime
    outcome: Outcome | None


Span = tuple[datetime, datetime]


def rivals(
    connection: Connection,
    running: Span,
    after_seq: int | None = None,
    *,
    user_id: UUID | None,
    email: str | None = None,
    action: str = "",
    body_macs: Sequence[str] = (),
) -> list[ConcurrentAttempt]:
    """Return the attempts on a user after a row, and those that may be running, newest first.

    Where there is no user yet, the email to register decides; where that is not known either,
    the body of the action.
    """
    about: ColumnElement[bool]
    if user_id:
        about = audit.c.subject_id == str(user_id)
    elif email:
        same = registrations.c.email_folded == comparable(email)
        about = audit.c.seq.in_(select(registrations.c.audit_seq).where(same))
    else:
        same = and_(intents.c.action == action, intents.c.body_mac.in_(body_macs))
        about = audit.c.seq.in_(select(intents.c.attempt_seq).where(same))
    recent = audit.c.at.between(*running)
    wanted = recent if after_seq is None else or_(recent, audit.c.seq > after_seq)
    return [
        ConcurrentAttempt(
            row.seq, row.action, row.staff_name, row.at, row.outcome and outcome_of(row.outcome)
        )
        for row in connection.execute(_NEWEST_FIRST.where(about, wanted))
    ]


_outcome = (
    select(_later.c.outcome)
    .where(_later.c.attempt_seq == audit.c.seq)
    .order_by(_later.c.seq.desc())
    .limit(1)
)
_NEWEST_FIRST = (
    select(
        audit.c.seq,
        audit.c.action,
        audit.c.at,
        staff_names.of_row().label("staff_name"),
        _outcome.scalar_subquery().label("outcome"),
    )
    .join(staff, staff.c.id == audit.c.staff_id)
    .where(audit.c.outcome == Outcome.ATTEMPTED.value)
    .order_by(audit.c.seq.desc())
)


def abandoned(connection: Connection, running: Span) -> list[StoredAttempt]:
    """Return the attempts without an outcome that cannot be running any more.

    One that is dated later than that was made before the clock was put back.
    """
    newest = select(func.max(audit.c.seq)).scalar_subquery()
    answered = select(_later.c.seq).where(_later.c.attempt_seq == audit.c.seq).exists()
    statement = _STORED.where(
        audit.c.seq > newest - LOOKED_AT,
        audit.c.outcome == Outcome.ATTEMPTED.value,
        ~audit.c.at.between(*running),
        ~answered,
    )
    return [StoredAttempt(*row) for row in connection.execute(statement)]
