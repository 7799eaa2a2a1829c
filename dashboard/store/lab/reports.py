"""Reports of scenarios: asked for by a person, run by a worker, read by everyone in the lab."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from dashboard.store.db.columns import read_back
from dashboard.store.schema import lab_reports, staff
from dashboard.store.staff import names as staff_names


class ReportState(StrEnum):
    """The state of a report."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    LOST = "lost"  # its worker ended, or could not record anything: it is not run again
    UNKNOWN = "unknown"  # of another version


@dataclass(frozen=True)
class StoredReport:
    """A report; `document` is '' until it is done."""

    id: int
    staff_id: int
    staff_name: str
    scenarios: str
    state: ReportState
    document: str
    asked_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in {ReportState.WAITING, ReportState.RUNNING}


def add(connection: Connection, *, staff_id: int, nonce: str, scenarios: str, at: datetime) -> int:
    """Keep a report that a worker is to make; return its number."""
    values = {
        "staff_id": staff_id,
        "nonce": nonce,
        "scenarios": scenarios,
        "state": ReportState.WAITING.value,
        "document": "",
        "asked_at": at,
    }
    statement = insert(lab_reports).values(values).returning(lab_reports.c.id)
    return int(connection.execute(statement).scalar_one())


def of_form(connection: Connection, nonce: str) -> StoredReport | None:
    """Return the report that a form asked for, None where there is none."""
    row = connection.execute(_STORED.where(lab_reports.c.nonce == nonce)).first()
    return _stored(row) if row else None


def find(connection: Connection, number: int) -> StoredReport | None:
    """Return a report, None where there is none."""
    row = connection.execute(_STORED.where(lab_reports.c.id == number)).first()
    return _stored(row) if row else None


def newest(connection: Connection, limit: int) -> list[StoredReport]:
    """Return the newest reports."""
    rows = connection.execute(_STORED.order_by(lab_reports.c.id.desc()).limit(limit))
    return [_stored(row) for row in rows]


def has_work(connection: Connection) -> bool:
    """Return whether a report waits or is being made."""
    open_states = (ReportState.WAITING.value, ReportState.RUNNING.value)
    wanted = select(lab_reports.c.id).where(lab_reports.c.state.in_(open_states)).limit(1)
    return connection.execute(wanted).first() is not None


def give_up(connection: Connection, now: datetime, latest: datetime) -> None:
    """Mark as lost what a worker has held for too long, or until after the latest possible end."""
    held_until = lab_reports.c.held_until
    connection.execute(
        update(lab_reports)
        .where(
            lab_reports.c.state == ReportState.RUNNING.value,
            or_(held_until <= now, held_until > latest),
        )
        .values(state=ReportState.LOST.value, ended_at=now)
    )


def take(connection: Connection, until: datetime) -> StoredReport | None:
    """Take the report that has waited longest, None where none waits."""
    waiting = lab_reports.c.state == ReportState.WAITING.value
    row = connection.execute(_STORED.where(waiting).order_by(lab_reports.c.id).limit(1)).first()
    if row is None:
        return None
    taken = connection.execute(
        update(lab_reports)
        .where(lab_reports.c.id == row.id, waiting)
        .values(state=ReportState.RUNNING.value, held_until=until)
    )
    return _stored(row) if taken.rowcount else None


def end(
    connection: Connection, number: int, state: ReportState, at: datetime, document: str = ""
) -> None:
    """Keep what came of a report."""
    connection.execute(
        update(lab_reports)
        .where(lab_reports.c.id == number)
        .values(state=state.value, document=document, ended_at=at)
    )


def remove_before(connection: Connection, at: datetime) -> None:
    """Delete the reports that ended before a time."""
    connection.execute(delete(lab_reports).where(lab_reports.c.ended_at < at))


_STORED = select(
    *(
        lab_reports.c[name]
        for name in ("id", "staff_id", "scenarios", "state", "document", "asked_at", "ended_at")
    ),
    staff_names.of().label("staff_name"),
).join(staff, staff.c.id == lab_reports.c.staff_id)


def _stored(row: Row[*tuple[Any, ...]]) -> StoredReport:
    return StoredReport(
        id=row.id,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        scenarios=row.scenarios,
        state=read_back(ReportState, row.state, ReportState.UNKNOWN),
        document=row.document,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
    )
