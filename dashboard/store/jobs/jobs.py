"""Jobs: who started each, and how far it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from dashboard.store.db.columns import read_back
from dashboard.store.jobs.states import GOING_ON, OPEN, JobState, RowState
from dashboard.store.schema import job_rows, jobs, lab_steps, staff
from dashboard.store.staff import names as staff_names

_changer = staff.alias("changer")


class JobKind(StrEnum):
    """What is done to each row."""

    REGISTER = "register"
    START_KYC = "start_kyc"
    SEND_LINK = "send_link"
    SET_TAGS = "set_tags"
    SET_OWNER = "set_owner"
    LAB = "lab"
    UNKNOWN = "unknown"  # of another version


@dataclass(frozen=True)
class Job:
    """A job. Its rows are performed in the name of the person who started it."""

    id: int
    kind: JobKind
    staff_id: int
    staff_name: str
    state: JobState
    changed_by: str | None
    per_min: int | None
    started_at: datetime
    finished_at: datetime | None
    opened_at: datetime | None
    erased: int = 0
    """How many of its rows were removed with an erased user."""

    @property
    def is_over(self) -> bool:
        """Whether none of its rows is waiting or under way."""
        return self.finished_at is not None

    def took(self, now: datetime) -> timedelta:
        """Return how long it took, or has taken until now."""
        return (self.finished_at or now) - self.started_at


@dataclass(frozen=True)
class NewJob:
    """A job to start; `nonce` is that of the form."""

    kind: JobKind
    staff_id: int
    nonce: str
    started_at: datetime


def add(connection: Connection, job: NewJob) -> int:
    """Keep a new job; return its number."""
    values = {
        **vars(job),
        "kind": job.kind.value,
        "state": JobState.RUNNING.value,
        "next_at": job.started_at,
    }
    statement = insert(jobs).values(values).returning(jobs.c.id)
    return int(connection.execute(statement).scalar_one())


def of_form(connection: Connection, nonce: str) -> int | None:
    """Return the job that a form started, None if it started none."""
    return connection.execute(select(jobs.c.id).where(jobs.c.nonce == nonce)).scalar()


def find(connection: Connection, number: int) -> Job | None:
    """Return a job."""
    row = connection.execute(_named().where(jobs.c.id == number)).first()
    return _job(row) if row else None


def newest(
    connection: Connection,
    *,
    limit: int,
    before: int | None,
    staff_id: int,
    kinds: Collection[JobKind] | None,
) -> list[Job]:
    """Return jobs, newest first, those before a number: a person's own, and of these kinds.

    None is every kind, also those of another version.
    """
    statement = _named().order_by(jobs.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(jobs.c.id < before)
    if kinds is not None:
        of_kinds = jobs.c.kind.in_([kind.value for kind in kinds])
        statement = statement.where(or_(jobs.c.staff_id == staff_id, of_kinds))
    return [_job(row) for row in connection.execute(statement)]


def count_rows(connection: Connection, numbers: Collection[int]) -> dict[int, dict[RowState, int]]:
    """Return how many rows of each job are in each state."""
    statement = (
        select(job_rows.c.job_id, job_rows.c.state, func.count())
        .where(job_rows.c.job_id.in_(numbers))
        .group_by(job_rows.c.job_id, job_rows.c.state)
    )
    counts: dict[int, dict[RowState, int]] = {number: {} for number in numbers}
    for number, state, count in connection.execute(statement):
        counts[number][read_back(RowState, state, RowState.NOT_RUN)] = count
    return counts


def put_state(connection: Connection, number: int, state: JobState, changed_by: int | None) -> None:
    """Keep a state, and who changed it (None: the worker)."""
    _update(connection, number, state=state.value, changed_by=changed_by)


def put_pace(connection: Connection, number: int, per_min: int | None) -> None:
    """Keep how many calls per minute a person chose."""
    _update(connection, number, per_min=per_min)


def put_next(connection: Connection, number: int, next_at: datetime) -> None:
    """Keep when the next row may be taken."""
    _update(connection, number, next_at=next_at)


def reopen(connection: Connection, number: int, changed_by: int, at: datetime) -> None:
    """Reopen a job that has ended."""
    _update(
        connection,
        number,
        state=JobState.RUNNING.value,
        changed_by=changed_by,
        next_at=at,
        finished_at=None,
        opened_at=None,
    )


def note_opened(connection: Connection, number: int, at: datetime) -> None:
    """Note that the person who started it has seen how it ended."""
    _update(connection, number, opened_at=at)


def ended_unseen(staff_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether a member has a job that ended and that they have not opened since."""
    return (
        exists()
        .where(
            jobs.c.staff_id == staff_id,
            jobs.c.opened_at.is_(None),
            jobs.c.finished_at.is_not(None),
        )
        .correlate_except(jobs)
    )


def has_finished(connection: Connection) -> bool:
    """Return whether a job has ended without a note of it."""
    return connection.execute(select(jobs.c.id).where(_finished()).limit(1)).first() is not None


def finish(connection: Connection, at: datetime) -> None:
    """Note the end of every job that has no row waiting or under way."""
    going_on = jobs.c.state.in_([each.value for each in GOING_ON])
    ended = update(jobs).where(_finished())
    connection.execute(ended.where(going_on).values(state=JobState.DONE.value, finished_at=at))
    connection.execute(ended.values(finished_at=at))


def old(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Return jobs that ended before a time."""
    statement = select(jobs.c.id).where(jobs.c.finished_at < before).limit(limit)
    return list(connection.execute(statement).scalars())


def remove(connection: Connection, numbers: Collection[int]) -> None:
    """Delete jobs with their rows."""
    for table in (lab_steps, job_rows):
        connection.execute(delete(table).where(table.c.job_id.in_(numbers)))
    connection.execute(delete(jobs).where(jobs.c.id.in_(numbers)))


def _finished() -> ColumnElement[bool]:
    open_rows = exists().where(job_rows.c.job_id == jobs.c.id, job_rows.c.state.in_(OPEN))
    return and_(jobs.c.finished_at.is_(None), ~open_rows)


def _update(connection: Connection, number: int, **values: object) -> None:
    connection.execute(update(jobs).where(jobs.c.id == number).values(**values))


def _named() -> Select[*tuple[Any, ...]]:
    return (
        select(
            jobs,
            staff_names.of().label("staff_name"),
            staff_names.of(_changer).label("changer_name"),
        )
        .join(staff, staff.c.id == jobs.c.staff_id)
        .outerjoin(_changer, _changer.c.id == jobs.c.changed_by)
    )


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        id=row.id,
        kind=read_back(JobKind, row.kind, JobKind.UNKNOWN),
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        state=read_back(JobState, row.state, JobState.STOPPED),
        changed_by=row.changer_name if row.changed_by else None,
        per_min=row.per_min,
        started_at=row.started_at,
        finished_at=row.finished_at,
        opened_at=row.opened_at,
        erased=row.erased,
    )
