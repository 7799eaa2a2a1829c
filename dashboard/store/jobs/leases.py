"""The rows of jobs that a worker may take by a lease, which ends if the worker dies."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, false, func, not_, or_, select

from dashboard.store.db.columns import read_back
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.rows import Content, about, change
from dashboard.store.jobs.states import OPEN, JobState, RowState
from dashboard.store.schema import job_rows, jobs

RESTS_AFTER = timedelta(minutes=5)  # a job whose next row is later waits for an hourly limit
Times = tuple[datetime, datetime]
"""The span in which a future time counts; a later one is from before a clock was put back."""


@dataclass(frozen=True)
class DueRow:
    """A row that may be taken, with what the worker needs of its job."""

    id: int
    job_id: int
    kind: JobKind
    staff_id: int
    job_state: JobState
    per_min: int | None
    next_at: datetime
    nonce: str
    opened_seq: int
    anyway: bool
    tries: int
    email: str = field(repr=False)
    content: Content = field(repr=False)
    user_id: UUID | None


@dataclass(frozen=True)
class Waiting:
    """Which rows that wait are looked at: those of some kinds.

    `or_paced`: and those of jobs whose pace a person chose.
    """

    kinds: Collection[JobKind]
    or_paced: bool


def find_due(
    connection: Connection, leases: Times, pauses: Times, only: Waiting | None = None
) -> DueRow | None:
    """Return the row that may be taken next.

    That is a row that waits in a running job, or whose lease has ended: the worker that had
    it may have died. The job that was served longest ago comes first.
    """
    waits = and_(
        job_rows.c.state == RowState.WAITING.value,
        jobs.c.state == JobState.RUNNING.value,
        not_(_is_to_come(jobs.c.next_at, pauses)),
    )
    free = or_(job_rows.c.held_until.is_(None), not_(_is_to_come(job_rows.c.held_until, leases)))
    statement = (
        select(job_rows, jobs.c.kind, jobs.c.staff_id, jobs.c.per_min, jobs.c.next_at)
        .add_columns(jobs.c.state.label("job_state"))
        .join(jobs, jobs.c.id == job_rows.c.job_id)
        .where(or_(waits, job_rows.c.state == RowState.RUNNING.value), free)
        .where(jobs.c.finished_at.is_(None))
        .order_by(jobs.c.next_at, job_rows.c.job_id, job_rows.c.number)
        .limit(1)
    )
    if only:
        of_kind = jobs.c.kind.in_([kind.value for kind in only.kinds])
        paced = jobs.c.per_min.is_not(None) if only.or_paced else false()
        statement = statement.where(waits, or_(of_kind, paced))
    row = connection.execute(statement).first()
    return _due(row) if row else None


def count_paced(connection: Connection, now: datetime) -> int:
    """Return how many running jobs have a pace that a person chose, but for those that rest."""
    statement = (
        select(func.count())
        .select_from(jobs)
        .where(
            jobs.c.state == JobState.RUNNING.value,
            jobs.c.finished_at.is_(None),
            jobs.c.per_min.is_not(None),
            jobs.c.next_at <= now + RESTS_AFTER,
        )
    )
    return connection.execute(statement).scalar_one()


def count_open(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many rows wait and run, by the kind of their job and their own state."""
    statement = (
        select(jobs.c.kind, job_rows.c.state, func.count())
        .join(jobs, jobs.c.id == job_rows.c.job_id)
        .where(job_rows.c.state.in_(OPEN))
        .group_by(jobs.c.kind, job_rows.c.state)
    )
    return {(kind, state): rows for kind, state, rows in connection.execute(statement)}


def take(connection: Connection, row_id: int, now: datetime, until: datetime) -> None:
    """Take a row until a time."""
    change(
        connection,
        job_rows.c.id == row_id,
        state=RowState.RUNNING.value,
        began_at=now,
        held_until=until,
    )


def is_held(connection: Connection, row_id: int, nonce: str) -> bool:
    """Return whether a row is still under way, in a running job."""
    statement = (
        select(job_rows.c.id)
        .join(jobs, jobs.c.id == job_rows.c.job_id)
        .where(
            _is_under_way(row_id, nonce),
            jobs.c.state == JobState.RUNNING.value,
        )
    )
    return connection.execute(statement).first() is not None


def end(  # noqa: PLR0913  one row, everything by name
    connection: Connection,
    row_id: int,
    nonce: str,
    *,
    state: RowState,
    at: datetime,
    user_id: UUID | None,
    detail: str,
    said: str,
) -> None:
    """Keep the outcome of a row that is under way."""
    change(
        connection,
        _is_under_way(row_id, nonce),
        state=state.value,
        detail=detail,
        said=said,
        held_until=None,
        ended_at=at,
        **about(user_id),
    )


def put_back(
    connection: Connection,
    row_id: int,
    nonce: str,
    *,
    renewed: str | None,
    opened_seq: int,
    until: datetime | None,
    tries: int,
) -> None:
    """Put a row that is under way back, with a new intent if the last one was used."""
    change(
        connection,
        _is_under_way(row_id, nonce),
        state=RowState.WAITING.value,
        nonce=renewed or nonce,
        opened_seq=opened_seq,
        held_until=until,
        began_at=None,
        tries=tries,
    )


def _is_under_way(row_id: int, nonce: str) -> ColumnElement[bool]:
    is_this = and_(job_rows.c.id == row_id, job_rows.c.nonce == nonce)
    return is_this & (job_rows.c.state == RowState.RUNNING.value)


def _is_to_come(column: ColumnElement[datetime], times: Times) -> ColumnElement[bool]:
    now, latest = times
    return and_(column > now, column <= latest)


def _due(row: Row[*tuple[Any, ...]]) -> DueRow:
    return DueRow(
        id=row.id,
        job_id=row.job_id,
        kind=read_back(JobKind, row.kind, JobKind.UNKNOWN),
        staff_id=row.staff_id,
        job_state=read_back(JobState, row.job_state, JobState.STOPPED),
        per_min=row.per_min,
        next_at=row.next_at,
        nonce=row.nonce,
        opened_seq=row.opened_seq,
        anyway=row.anyway,
        tries=row.tries,
        email=row.email,
        content=json.loads(row.content),
        user_id=row.user_id,
    )
