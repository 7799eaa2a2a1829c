"""The steps of a run: one of each kind for a person, the last time it was taken."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from dashboard.store.db.columns import read_back
from dashboard.store.schema import lab_steps


class StepKind(StrEnum):
    """What is done with a test user."""

    REGISTER = "register"
    START_KYC = "start_kyc"
    APPROVE = "approve"  # in the simulator
    WAIT = "wait"  # for a person to pass KYC
    CHECK_ACTIVE = "check_active"
    SUSPEND = "suspend"  # in the simulator
    CHECK_SUSPENDED = "check_suspended"
    AGE_LINK = "age_link"  # in the simulator
    CHECK_EXPIRED = "check_expired"
    START_ELSEWHERE = "start_elsewhere"  # in the simulator
    CHECK_ELSEWHERE = "check_elsewhere"
    TOKEN = "token"  # noqa: S105  the name of a step
    UNKNOWN = "unknown"  # of another version


class StepOutcome(StrEnum):
    """How a step ended; one that waits has not."""

    PASSED = "passed"
    FAILED = "failed"  # not what the contract says
    LOST = "lost"  # no answer: it may have happened
    WAITING = "waiting"


@dataclass(frozen=True)
class LabStep:
    """A step. `took_ms` is None where no call was made; `body` and `answer` hold no secret."""

    kind: StepKind
    outcome: StepOutcome
    began_at: datetime
    took_ms: int | None = None
    verb: str = ""
    path: str = ""
    status: int | None = None
    body: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    request_id: str | None = None


def put(
    connection: Connection, job_id: int, row_id: int, user_id: UUID | None, step: LabStep
) -> None:
    """Keep a step in place of an earlier one of its kind."""
    same = (lab_steps.c.row_id == row_id) & (lab_steps.c.kind == step.kind.value)
    connection.execute(delete(lab_steps).where(same))
    values = {**vars(step), "kind": step.kind.value, "outcome": step.outcome.value}
    connection.execute(
        insert(lab_steps).values(job_id=job_id, row_id=row_id, user_id=user_id, **values)
    )


def of_row(connection: Connection, row_id: int) -> dict[StepKind, LabStep]:
    """Return the steps of a person."""
    return of_rows(connection, [row_id]).get(row_id, {})


def of_rows(connection: Connection, row_ids: Collection[int]) -> dict[int, dict[StepKind, LabStep]]:
    """Return the steps of each person, by row."""
    found: defaultdict[int, dict[StepKind, LabStep]] = defaultdict(dict)
    of_them = lab_steps.c.row_id.in_(row_ids)
    for row in connection.execute(select(lab_steps).where(of_them).order_by(lab_steps.c.id)):
        kind = read_back(StepKind, row.kind, StepKind.UNKNOWN)
        found[row.row_id][kind] = LabStep(
            kind=kind,
            outcome=read_back(StepOutcome, row.outcome, StepOutcome.LOST),
            began_at=row.began_at,
            took_ms=row.took_ms,
            verb=row.verb,
            path=row.path,
            status=row.status,
            body=row.body,
            answer=row.answer,
            request_id=row.request_id,
        )
    return dict(found)
