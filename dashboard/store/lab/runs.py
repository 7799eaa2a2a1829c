"""Runs of the lab: jobs whose rows are people."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select, update

from dashboard.store.audit.chain import Outcome
from dashboard.store.db.columns import read_back
from dashboard.store.jobs import jobs as jobs_store
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.rows import Content
from dashboard.store.jobs.states import JobState, RowState
from dashboard.store.schema import directory, intents, job_rows, jobs, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Person:
    """Someone who was made up for a run; `status` is the one that was seen last."""

    row_id: int
    number: int
    state: RowState
    email: str = field(repr=False)
    content: Content = field(repr=False)
    user_id: UUID | None
    status: str | None
    detail: str
    said: str = field(repr=False)
    attempt_seq: int | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.content.get('first_name')} {self.content.get('last_name')}"


@dataclass(frozen=True)
class RunLine:
    """A run in the list of runs."""

    id: int
    state: JobState
    staff_name: str
    started_at: datetime
    finished_at: datetime | None
    people: int
    content: Content = field(repr=False)  # of the first person

    @property
    def took(self) -> timedelta | None:
        """How long it took, None before its end."""
        return self.finished_at - self.started_at if self.finished_at else None


def people(connection: Connection, job_id: int) -> list[Person]:
    """Return the people of a run."""
    found = connection.execute(_PEOPLE.where(job_rows.c.job_id == job_id))
    return [_person(row) for row in found]


def made(connection: Connection, user_ids: Collection[UUID]) -> list[Person]:
    """Return the users among these that runs created."""
    of_runs = select(jobs.c.id).where(jobs.c.kind == JobKind.LAB.value)
    found = _PEOPLE.where(job_rows.c.user_id.in_(user_ids), job_rows.c.job_id.in_(of_runs))
    return [_person(row) for row in connection.execute(found)]


def newest(connection: Connection, *, before: int | None, limit: int) -> list[RunLine]:
    """Return runs, newest first, those before a number."""
    first = (
        select(
            job_rows.c.job_id,
            func.min(job_rows.c.content).label("content"),
            func.count().label("people"),
        )
        .group_by(job_rows.c.job_id)
        .subquery()
    )
    statement = (
        select(jobs, staff_names.of().label("staff_name"), first.c.content, first.c.people)
        .join(staff, staff.c.id == jobs.c.staff_id)
        .outerjoin(first, first.c.job_id == jobs.c.id)
        .where(jobs.c.kind == JobKind.LAB.value)
        .order_by(jobs.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(jobs.c.id < before)
    return [_line(row) for row in connection.execute(statement)]


def last_reason(connection: Connection, staff_id: int) -> str | None:
    """Return the reason of a person's last run."""
    statement = (
        select(job_rows.c.content)
        .join(jobs, jobs.c.id == job_rows.c.job_id)
        .where(jobs.c.kind == JobKind.LAB.value, jobs.c.staff_id == staff_id)
        .order_by(jobs.c.id.desc())
        .limit(1)
    )
    content = connection.execute(statement).scalar()
    return json.loads(content).get("reason") if content else None


def name_user(connection: Connection, row_id: int, user_id: UUID) -> None:
    """Keep which user a person is."""
    connection.execute(update(job_rows).where(job_rows.c.id == row_id).values(user_id=user_id))


def settle(connection: Connection, nonce: str | None, outcome: Outcome, at: datetime) -> None:
    """Let a run go on, or end, where the outcome of a step without an answer is found out.

    The intent of a step is the row's nonce, a dot and the step.
    """
    of_row, is_step, _ = (nonce or "").partition(".")
    row = is_step and connection.execute(_UNCONFIRMED, {"nonce": of_row}).first()
    if not row:
        return
    changed = update(job_rows).where(job_rows.c.id == row.id)
    if outcome is Outcome.REJECTED:
        connection.execute(changed.values(state=RowState.REFUSED.value, detail="settled"))
    elif outcome is Outcome.SUCCEEDED and row.state in _GOES_ON:
        waits = {"state": RowState.WAITING.value, "detail": "", "ended_at": None}
        connection.execute(changed.values(waits))
        if row.state == JobState.DONE:
            jobs_store.reopen(connection, row.job_id, row.staff_id, at)


_PEOPLE = (
    select(job_rows, intents.c.attempt_seq, directory.c.status)
    .outerjoin(intents, intents.c.nonce == job_rows.c.nonce)
    .outerjoin(directory, directory.c.user_id == job_rows.c.user_id)
    .order_by(job_rows.c.job_id, job_rows.c.number)
)
_GOES_ON = (JobState.RUNNING.value, JobState.PAUSED.value, JobState.DONE.value)
_UNCONFIRMED = (
    select(job_rows.c.id, job_rows.c.job_id, jobs.c.state, jobs.c.staff_id)
    .join(jobs, jobs.c.id == job_rows.c.job_id)
    .where(job_rows.c.nonce == bindparam("nonce"))
    .where(job_rows.c.state == RowState.UNCONFIRMED.value)
)


def _person(row: Row[*tuple[Any, ...]]) -> Person:
    return Person(
        row_id=row.id,
        number=row.number,
        state=read_back(RowState, row.state, RowState.NOT_RUN),
        email=row.email,
        content=json.loads(row.content),
        user_id=row.user_id,
        status=row.status,
        detail=row.detail,
        said=row.said,
        attempt_seq=row.attempt_seq,
    )


def _line(row: Row[*tuple[Any, ...]]) -> RunLine:
    return RunLine(
        id=row.id,
        state=read_back(JobState, row.state, JobState.STOPPED),
        staff_name=row.staff_name,
        started_at=row.started_at,
        finished_at=row.finished_at,
        people=row.people or 0,
        content=json.loads(row.content) if row.content else {},
    )
