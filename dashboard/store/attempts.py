"""Attempts in the audit: how each stands, and those that were left without an outcome."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Label, and_, func, select

from dashboard.store.audit import NewEntry, Outcome
from dashboard.store.schema import audit

LOOKED_AT = 10_000  # rows; an attempt that is older had its outcome recorded before
LEFT: Mapping[str, str] = {"cause": "left without an outcome"}
_KEPT = ("action", "staff_id", "subject_kind", "subject_id", "intent", "request_id")


def find_outcome(connection: Connection, attempt_seq: int) -> Outcome | None:
    """Return how an attempt stands now: its last row that is not *attempted* itself."""
    statement = (
        select(audit.c.outcome)
        .where(audit.c.attempt_seq == attempt_seq)
        .order_by(audit.c.seq.desc())
        .limit(1)
    )
    outcome = connection.execute(statement).scalar()
    return Outcome(outcome) if outcome else None


def is_open(attempt_seq: ColumnElement[Any]) -> Label[bool]:
    """Return the column `is_open`: whether the attempt that a row names has no outcome."""
    outcome = select(audit.c.seq).where(audit.c.attempt_seq == attempt_seq).exists()
    return and_(attempt_seq.is_not(None), ~outcome).label("is_open")


def is_running(
    attempt_seq: ColumnElement[Any], started_at: ColumnElement[Any], given_up_at: datetime
) -> ColumnElement[bool]:
    """Say whether the attempt that a row names has no outcome and is not given up yet."""
    outcome = select(audit.c.seq).where(audit.c.attempt_seq == attempt_seq).exists()
    return and_(attempt_seq.is_not(None), ~outcome, started_at > given_up_at)


def is_unsettled(attempt_seq: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say whether the outcome of the attempt that a row names is unknown, or not there yet."""
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


def find_unknown(connection: Connection, attempt_seq: int) -> Mapping[str, Any] | None:
    """Return what all rows of an attempt have in common, None unless its outcome is *unknown*."""
    if find_outcome(connection, attempt_seq) is not Outcome.UNKNOWN:
        return None
    statement = select(*(audit.c[name] for name in _KEPT)).where(audit.c.seq == attempt_seq)
    return dict(connection.execute(statement).one()._mapping)  # noqa: SLF001  public by documentation


def lost_outcomes(connection: Connection, until_at: datetime, at: datetime) -> list[NewEntry]:
    """Return an *unknown* for each attempt made before `until_at` that has no outcome."""
    later, newest = audit.alias(), select(func.max(audit.c.seq)).scalar_subquery()
    answered = select(later.c.seq).where(later.c.attempt_seq == audit.c.seq).exists()
    statement = select(*(audit.c[name] for name in _KEPT), audit.c.seq.label("attempt_seq")).where(
        audit.c.seq > newest - LOOKED_AT,
        audit.c.outcome == Outcome.ATTEMPTED.value,
        audit.c.at < until_at,
        ~answered,
    )
    return [
        NewEntry(at=at, outcome=Outcome.UNKNOWN, details=LEFT, **row._mapping)  # noqa: SLF001  public by documentation
        for row in connection.execute(statement)
    ]
