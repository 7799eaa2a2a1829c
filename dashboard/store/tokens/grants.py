"""Grants: each token that was issued here, without the token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from dashboard.store.attempts.attempts import is_open, is_running
from dashboard.store.db.columns import read_back
from dashboard.store.schema import audit, grants, staff
from dashboard.store.staff import names as staff_names
from dashboard.store.tokens.kinds import GrantKind, GrantState, is_of_scenario
from dashboard.store.tokens.live import live_until
from dashboard.store.tokens.rate import is_privy, kind_of

ATTEMPT = audit.alias("attempt")


@dataclass(frozen=True)
class Grant:
    """A token: who issued it, for which user and why. `expires_at` is the latest possible.

    `is_open` says that its attempt has no outcome yet: it runs, or was left by a crash.
    `user_id` is None for a Privy exchange whose answer was lost: its user is unknown. `staff_id`
    and `staff_name` are None for a scenario that the command line ran.
    """

    id: int
    user_id: UUID | None
    staff_id: int | None
    staff_name: str | None
    attempt_seq: int
    state: GrantState
    reason: str
    ticket: str | None
    issued_at: datetime
    expires_at: datetime | None
    fingerprint: str | None
    is_open: bool
    credential: str | None
    kind: GrantKind
    request_id: str | None


def add(  # noqa: PLR0913  one row, everything by name
    connection: Connection,
    *,
    user_id: UUID | None,
    staff_id: int | None,
    attempt_seq: int,
    reason: str,
    ticket: str | None,
    at: datetime,
    expires_at: datetime,
) -> None:
    """Keep what is about to be asked for, as a token that may exist."""
    connection.execute(
        insert(grants).values(
            user_id=user_id,
            staff_id=staff_id,
            audit_seq=attempt_seq,
            state=GrantState.MAY_EXIST.value,
            reason=reason,
            ticket=ticket,
            issued_at=at,
            expires_at=expires_at,
        )
    )


def issued(
    connection: Connection,
    attempt_seq: int,
    *,
    user_id: UUID,
    expires_at: datetime | None,
    fingerprint: str,
    key_id: str,
    credential: str,
) -> None:
    """Keep that the token exists."""
    connection.execute(
        update(grants)
        .where(grants.c.audit_seq == attempt_seq)
        .values(
            state=GrantState.ISSUED.value,
            user_id=user_id,
            expires_at=expires_at,
            fingerprint=fingerprint,
            key_id=key_id,
            credential=credential,
        )
    )


def forget(connection: Connection, attempt_seq: int) -> None:
    """Take out an attempt that certainly issued nothing; the audit still has it."""
    connection.execute(delete(grants).where(grants.c.audit_seq == attempt_seq))


def of_user(
    connection: Connection, user_id: UUID, limit: int, now: datetime
) -> tuple[list[Grant], datetime | None]:
    """Return a user's newest grants, newest first, and until when a live token of theirs works."""
    rows = connection.execute(_OF_USER, {"user_id": user_id, "most": limit, "now": now}).all()
    return [grant(row) for row in rows], rows[0].live_until if rows else None


def of_attempts(
    connection: Connection, user_id: UUID, attempts: Collection[int]
) -> dict[int, Grant]:
    """Return a user's grants of these attempts."""
    wanted = grants.c.audit_seq.in_(attempts)
    statement = NEWEST_FIRST.where(grants.c.user_id == user_id, wanted)
    return {row.audit_seq: grant(row) for row in connection.execute(statement)}


def last_reason(connection: Connection, staff_id: int, since: datetime) -> str | None:
    """Return what a person's newest grant since then is for, as they typed it."""
    statement = (
        select(grants.c.reason)
        .join(ATTEMPT, ATTEMPT.c.seq == grants.c.audit_seq)
        .where(grants.c.staff_id == staff_id, grants.c.issued_at >= since)
        .where(~is_of_scenario(ATTEMPT))
        .order_by(grants.c.id.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def open_under_others(
    connection: Connection, credential: str, since_at: datetime | None, now: datetime
) -> list[Grant]:
    """Return the tokens that have not ended and were not issued under this pair, newest first.

    A grant whose answer was lost has no recorded pair: it is included if it was requested before
    this pair was in use; None means that there was only ever one pair.
    """
    other = grants.c.credential != credential
    if since_at is not None:
        other |= grants.c.credential.is_(None) & (grants.c.issued_at < since_at)
    statement = NEWEST_FIRST.where(grants.c.expires_at > now, other)
    return [grant(row) for row in connection.execute(statement)]


def may_exist(
    connection: Connection, now: datetime, given_up_at: datetime, limit: int
) -> list[Grant]:
    """Return the tokens whose answer was lost and that would not have ended, newest first."""
    statement = NEWEST_FIRST.where(*_may_exist(now, given_up_at)).limit(limit)
    return [grant(row) for row in connection.execute(statement)]


def count_may_exist(connection: Connection, now: datetime, given_up_at: datetime) -> int:
    """Return how many tokens there are of this kind."""
    lost = _may_exist(now, given_up_at)
    statement = select(func.count()).select_from(grants).where(*lost)
    return connection.execute(statement).scalar_one()


def count_privy(connection: Connection, since: datetime) -> int:
    """Return how many grants since then came from the deprecated exchange."""
    statement = (
        select(func.count())
        .join_from(grants, ATTEMPT, ATTEMPT.c.seq == grants.c.audit_seq)
        .where(grants.c.issued_at >= since, is_privy(ATTEMPT))
    )
    return connection.execute(statement).scalar_one()


def _may_exist(now: datetime, given_up_at: datetime) -> tuple[ColumnElement[bool], ...]:
    running = is_running(grants.c.audit_seq, grants.c.issued_at, given_up_at)
    return grants.c.state == GrantState.MAY_EXIST.value, grants.c.expires_at > now, ~running


NEWEST_FIRST = (
    select(
        grants,
        staff_names.of().label("staff_name"),
        is_open(grants.c.audit_seq),
        kind_of(ATTEMPT).label("kind"),
        ATTEMPT.c.request_id,
    )
    .outerjoin(staff, staff.c.id == grants.c.staff_id)
    .join(ATTEMPT, ATTEMPT.c.seq == grants.c.audit_seq)
    .order_by(grants.c.id.desc())
)
_OF_USER = (
    NEWEST_FIRST.where(grants.c.user_id == bindparam("user_id"))
    .add_columns(live_until(bindparam("user_id"), bindparam("now")).label("live_until"))
    .limit(bindparam("most"))
)


def grant(row: Row[*tuple[Any, ...]]) -> Grant:
    """Return the grant of a row of `NEWEST_FIRST`."""
    return Grant(
        id=row.id,
        user_id=row.user_id,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        attempt_seq=row.audit_seq,
        state=read_back(GrantState, row.state, GrantState.MAY_EXIST),
        reason=row.reason,
        ticket=row.ticket,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        fingerprint=row.fingerprint,
        is_open=row.is_open,
        credential=row.credential,
        kind=GrantKind(row.kind),
        request_id=row.request_id,
    )
