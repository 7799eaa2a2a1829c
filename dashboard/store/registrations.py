"""Registrations: users we registered or tried to, with what only we know of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from dashboard.store.attempts.attempts import is_open, is_running, unknown_since
from dashboard.store.db.columns import read_back
from dashboard.store.schema import audit, registrations, staff
from dashboard.store.staff import names as staff_names
from dashboard.text.emails import comparable

FOLLOWING = 1000  # entries of the audit log


class RegistrationState(StrEnum):
    """The state of a registration. It starts as UNKNOWN, so that a crash leaves the truth."""

    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Registration:
    """One attempt to register a user. A successful one has `user_id`.

    `is_open` says that it has no outcome yet: it runs, or was left by a crash. `lost_at` is when
    its outcome was recorded as unknown.
    """

    user_id: UUID | None
    state: RegistrationState
    email: str
    user_type: str
    country_code: str
    staff_name: str
    attempt_seq: int
    registered_at: datetime
    is_open: bool
    lost_at: datetime | None


def add(
    connection: Connection,
    *,
    email: str,
    user_type: str,
    country_code: str,
    staff_id: int,
    attempt_seq: int,
    at: datetime,
) -> None:
    """Keep what is about to be sent, as unknown until its outcome is."""
    connection.execute(
        insert(registrations).values(
            state=RegistrationState.UNKNOWN.value,
            email=email,
            email_folded=comparable(email),
            user_type=user_type,
            country_code=country_code,
            staff_id=staff_id,
            audit_seq=attempt_seq,
            registered_at=at,
        )
    )


def set_state(
    connection: Connection, attempt_seq: int, state: RegistrationState, user_id: UUID | None = None
) -> None:
    """Keep what became of an attempt."""
    connection.execute(
        update(registrations)
        .where(registrations.c.audit_seq == attempt_seq)
        .values(state=state.value, user_id=user_id)
    )


def of_attempt(connection: Connection, attempt_seq: int) -> Registration | None:
    """Return the registration that an attempt made."""
    row = connection.execute(_with_staff().where(registrations.c.audit_seq == attempt_seq)).first()
    return _registration(row) if row else None


def unknown(connection: Connection, limit: int, email: str | None = None) -> list[Registration]:
    """Return the registrations (of this email) without a known outcome, newest first."""
    statement = (
        _with_staff()
        .where(registrations.c.state == RegistrationState.UNKNOWN.value)
        .order_by(registrations.c.id.desc())
        .limit(limit)
    )
    if email is not None:
        statement = statement.where(registrations.c.email_folded == comparable(email))
    return [_registration(row) for row in connection.execute(statement)]


def lost(connection: Connection, given_up_at: datetime, limit: int) -> list[Registration]:
    """Return the registrations whose answer was lost, oldest first; not those that still run."""
    statement = _with_staff().where(_lost(given_up_at)).order_by(registrations.c.id).limit(limit)
    return [_registration(row) for row in connection.execute(statement)]


def is_before_older(connection: Connection, attempt_seq: int, at: datetime) -> bool:
    """Return whether one of the entries after an attempt is older than this time."""
    following = audit.c.seq.between(attempt_seq + 1, attempt_seq + FOLLOWING)
    older = select(audit.c.seq).where(following, audit.c.at < at).limit(1)
    return connection.execute(older).first() is not None


def count_unknown(connection: Connection) -> int:
    """Return how many registrations have no known outcome."""
    unknown = registrations.c.state == RegistrationState.UNKNOWN.value
    return connection.execute(select(func.count()).where(unknown)).scalar_one()


def count_lost(connection: Connection, given_up_at: datetime) -> int:
    """Return how many registrations lost their answer."""
    return connection.execute(select(func.count()).where(_lost(given_up_at))).scalar_one()


def of_email(connection: Connection, email: str) -> list[Registration]:
    """Return the registrations of this email that happened or may have, oldest first."""
    statement = _with_staff().where(
        registrations.c.email_folded == comparable(email),
        registrations.c.state != RegistrationState.REFUSED.value,
    )
    rows = connection.execute(statement.order_by(registrations.c.id))
    return [_registration(row) for row in rows]


def _lost(given_up_at: datetime) -> ColumnElement[bool]:
    running = is_running(registrations.c.audit_seq, registrations.c.registered_at, given_up_at)
    return and_(registrations.c.state == RegistrationState.UNKNOWN.value, ~running)


def of_user(connection: Connection, user_id: UUID) -> Registration | None:
    """Return how we registered this user, None where we did not."""
    statement = _with_staff().where(registrations.c.user_id == user_id)
    row = connection.execute(statement.order_by(registrations.c.id.desc())).first()
    return _registration(row) if row else None


def user_types(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the type that we sent for each of these users that we registered."""
    rows = connection.execute(_TYPES, {"user_ids": list(user_ids)})
    return {row.user_id: row.user_type for row in rows}


_TYPES = select(registrations.c.user_id, registrations.c.user_type).where(
    registrations.c.user_id.in_(bindparam("user_ids", expanding=True))
)


def _with_staff() -> Select[*tuple[Any, ...]]:
    return select(
        registrations,
        staff_names.of().label("staff_name"),
        is_open(registrations.c.audit_seq),
        unknown_since(registrations.c.audit_seq),
    ).join(staff, staff.c.id == registrations.c.staff_id)


def _registration(row: Row[*tuple[Any, ...]]) -> Registration:
    return Registration(
        user_id=row.user_id,
        state=read_back(RegistrationState, row.state, RegistrationState.UNKNOWN),
        email=row.email,
        user_type=row.user_type,
        country_code=row.country_code,
        staff_name=row.staff_name,
        attempt_seq=row.audit_seq,
        registered_at=row.registered_at,
        is_open=row.is_open,
        lost_at=row.lost_at,
    )
