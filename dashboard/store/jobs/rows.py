"""The rows of jobs: what each sends, and its outcome."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from dashboard.store.audit.chain import Outcome
from dashboard.store.db.columns import read_back
from dashboard.store.jobs.states import RowState
from dashboard.store.schema import intents, job_rows
from dashboard.text.emails import comparable

SETTLED = {
    Outcome.SUCCEEDED: RowState.DONE,
    Outcome.REJECTED: RowState.REFUSED,
    Outcome.SETTLED: RowState.ALREADY,  # whatever it did no longer matters
}
Content = Mapping[str, str | None]


@dataclass(frozen=True)
class NewRow:
    """A row of a job to start: about a user, or an email that has none yet.

    The email is "" where a user's isn't known. `anyway`: though the email is known here.
    """

    number: int
    email: str = field(repr=False)
    content: Content = field(repr=False)
    anyway: bool = False
    user_id: UUID | None = None


@dataclass(frozen=True)
class JobRow:
    """A row of a job; `attempt_seq` is that of its attempt, None before there is one."""

    number: int
    state: RowState
    email: str = field(repr=False)
    content: Content = field(repr=False)
    user_id: UUID | None
    detail: str
    said: str = field(repr=False)
    attempt_seq: int | None
    began_at: datetime | None
    ended_at: datetime | None


def add(
    connection: Connection, job_id: int, rows: Collection[tuple[NewRow, str]], opened_seq: int
) -> None:
    """Keep the rows of a new job, each with the nonce of its intent."""
    given = [
        {
            "job_id": job_id,
            "number": row.number,
            "state": RowState.WAITING.value,
            "nonce": nonce,
            "opened_seq": opened_seq,
            "anyway": row.anyway,
            "tries": 0,
            "email": row.email,
            "email_folded": comparable(row.email),
            "content": json.dumps(dict(row.content)),
            "user_id": row.user_id,
            "detail": "",
            "said": "",
        }
        for row, nonce in rows
    ]
    connection.execute(insert(job_rows), given)


def of_job(connection: Connection, job_id: int) -> list[JobRow]:
    """Return the rows of a job, as they were given."""
    statement = (
        select(job_rows, intents.c.attempt_seq)
        .outerjoin(intents, intents.c.nonce == job_rows.c.nonce)
        .where(job_rows.c.job_id == job_id)
        .order_by(job_rows.c.number)
    )
    return [_row(row) for row in connection.execute(statement)]


def leave_out(connection: Connection, job_id: int, at: datetime) -> None:
    """Note that the waiting rows will not be run."""
    change(
        connection,
        and_(job_rows.c.job_id == job_id, job_rows.c.state == RowState.WAITING.value),
        state=RowState.NOT_RUN.value,
        held_until=None,
        ended_at=at,
    )


def refused(connection: Connection, job_id: int) -> list[int]:
    """Return the rows of a job that were refused."""
    statement = select(job_rows.c.id).where(
        job_rows.c.job_id == job_id, job_rows.c.state == RowState.REFUSED.value
    )
    return list(connection.execute(statement).scalars())


def try_again(connection: Connection, row_id: int, nonce: str, opened_seq: int) -> None:
    """Put a refused row back, with a new intent."""
    change(
        connection,
        and_(job_rows.c.id == row_id, job_rows.c.state == RowState.REFUSED.value),
        state=RowState.WAITING.value,
        nonce=nonce,
        opened_seq=opened_seq,
        tries=0,
        detail="",
        said="",
        began_at=None,
        ended_at=None,
    )


def settle(
    connection: Connection, nonce: str | None, outcome: Outcome, user_id: UUID | None
) -> None:
    """Keep the outcome of an attempt that was not confirmed, if it is that of a row."""
    state = SETTLED.get(outcome)
    if state is None:  # we can't know what it did
        return
    open_states = (RowState.UNCONFIRMED.value, RowState.RUNNING.value)  # its worker may have died
    change(
        connection,
        and_(job_rows.c.nonce == nonce, job_rows.c.state.in_(open_states)),
        state=state.value,
        detail="settled",
        **about(user_id),
    )


def about(user_id: UUID | None) -> dict[str, UUID]:
    """Return the change that names the user of a row; one that is known stays."""
    return {"user_id": user_id} if user_id else {}


def change(connection: Connection, which: ColumnElement[bool], **values: object) -> None:
    """Change some rows."""
    connection.execute(update(job_rows).where(which).values(**values))


def _row(row: Row[*tuple[Any, ...]]) -> JobRow:
    return JobRow(
        number=row.number,
        state=read_back(RowState, row.state, RowState.NOT_RUN),
        email=row.email,
        content=json.loads(row.content),
        user_id=row.user_id,
        detail=row.detail,
        said=row.said,
        attempt_seq=row.attempt_seq,
        began_at=row.began_at,
        ended_at=row.ended_at,
    )
