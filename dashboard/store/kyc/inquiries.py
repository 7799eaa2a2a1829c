"""Inquiries: each KYC start that we made or heard of, with the only copy of its link."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    select,
    update,
)

from dashboard.store.attempts.attempts import is_open, is_unsettled
from dashboard.store.db.columns import read_back
from dashboard.store.kyc import leads
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.kyc.waiting import PENDING
from dashboard.store.schema import directory, inquiries, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Inquiry:
    """One KYC start. A held one has `inquiry_id` and `verification_url`, the others don't.

    Either is None in a held one too if the API's was too long to be kept.

    `is_open` says that its attempt has no outcome yet: it runs, or was left by a crash.
    """

    user_id: UUID
    state: InquiryState
    started_at: datetime
    source: InquirySource = InquirySource.HERE
    inquiry_id: str | None = None
    verification_url: str | None = None
    staff_id: int | None = None
    staff_name: str | None = None
    request_id: str | None = None
    attempt_seq: int | None = None
    is_open: bool = False
    id: int | None = None


def add(
    connection: Connection,
    inquiry: Inquiry,
    staff_id: int | None,
    attempt_seq: int | None = None,
) -> None:
    """Keep an inquiry; one of our own as unknown, before it is sent."""
    connection.execute(
        insert(inquiries).values(
            audit_seq=attempt_seq,
            user_id=inquiry.user_id,
            state=inquiry.state.value,
            started_at=inquiry.started_at,
            source=inquiry.source.value,
            inquiry_id=inquiry.inquiry_id,
            verification_url=inquiry.verification_url,
            staff_id=staff_id,
            request_id=inquiry.request_id,
            is_named=exists().where(directory.c.user_id == inquiry.user_id),
        )
    )
    leads.put(connection, inquiry.user_id)


def set_state(
    connection: Connection,
    attempt_seq: int,
    state: InquiryState,
    *,
    inquiry_id: str | None = None,
    verification_url: str | None = None,
    request_id: str | None = None,
) -> None:
    """Keep what became of an attempt."""
    connection.execute(
        update(inquiries)
        .where(inquiries.c.audit_seq == attempt_seq)
        .values(
            state=state.value,
            inquiry_id=inquiry_id,
            verification_url=verification_url,
            request_id=request_id,
        )
    )
    leads.put(connection, _user_of(connection, attempt_seq))


def forget(connection: Connection, attempt_seq: int) -> None:
    """Take out an attempt that certainly started nothing; the audit still has it."""
    user_id = _user_of(connection, attempt_seq)
    connection.execute(delete(inquiries).where(inquiries.c.audit_seq == attempt_seq))
    leads.put(connection, user_id)


def age(connection: Connection, user_id: UUID, by: timedelta) -> None:
    """Let the starts of a user be older than they are, as their link in the simulator is."""
    for each in of_user(connection, user_id):
        aged = update(inquiries).where(inquiries.c.id == each.id)
        connection.execute(aged.values(started_at=each.started_at - by))
    leads.put(connection, user_id)


def leading(inquiries_: Sequence[Inquiry]) -> Inquiry | None:
    """Return the most telling of a user's inquiries: a link that we hold, else a 409, else unknown.

    Of links, our own before one that was imported; of equals, the newest, which comes first.
    """
    told = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
    return min(
        inquiries_,
        key=lambda each: (told.index(each.state), each.source is InquirySource.IMPORTED),
        default=None,
    )


def _user_of(connection: Connection, attempt_seq: int) -> UUID | None:
    statement = select(inquiries.c.user_id).where(inquiries.c.audit_seq == attempt_seq)
    return connection.execute(statement).scalar()


def owner(connection: Connection, inquiry_id: str) -> UUID | None:
    """Return the user of this inquiry, None if it is not kept here."""
    statement = select(inquiries.c.user_id).where(inquiries.c.inquiry_id == inquiry_id)
    return connection.execute(statement).scalar()


def of_user(connection: Connection, user_id: UUID) -> list[Inquiry]:
    """Return a user's KYC starts as we know them, newest first."""
    return [inquiry(row) for row in connection.execute(_OF_USER, {"user_id": user_id})]


def of_users(
    connection: Connection, user_ids: Collection[UUID]
) -> defaultdict[UUID, list[Inquiry]]:
    """Return the KYC starts of these users, newest first."""
    found: defaultdict[UUID, list[Inquiry]] = defaultdict(list)
    for row in connection.execute(_OF_USERS, {"user_ids": list(user_ids)}):
        found[row.user_id].append(inquiry(row))
    return found


_NEWEST_FIRST = (
    select(inquiries, staff_names.of().label("staff_name"), is_open(inquiries.c.audit_seq))
    .outerjoin(staff, staff.c.id == inquiries.c.staff_id)
    .order_by(inquiries.c.started_at.desc(), inquiries.c.id.desc())
)
_OF_USER = _NEWEST_FIRST.where(inquiries.c.user_id == bindparam("user_id"))
_OF_USERS = _NEWEST_FIRST.where(inquiries.c.user_id.in_(bindparam("user_ids", expanding=True)))


_UNSETTLED = and_(
    inquiries.c.state == InquiryState.UNKNOWN.value, is_unsettled(inquiries.c.audit_seq)
)


def unsettled(connection: Connection, user_id: UUID) -> list[int]:
    """Return the attempts to start a user's KYC whose outcome is unknown, oldest first."""
    statement = select(inquiries.c.audit_seq).where(inquiries.c.user_id == user_id, _UNSETTLED)
    return list(connection.execute(statement.order_by(inquiries.c.audit_seq)).scalars())


def settled_by_status(connection: Connection, limit: int) -> list[tuple[UUID, str]]:
    """Return users with such a start who were seen no longer pending, and their status."""
    columns = directory.c
    statement = (
        select(columns.user_id, columns.status)
        .where(columns.status != PENDING)
        .where(columns.user_id.in_(select(inquiries.c.user_id).where(_UNSETTLED)))
        .limit(limit)
    )
    return [(user_id, status) for user_id, status in connection.execute(statement)]


def inquiry(row: Row[*tuple[Any, ...]]) -> Inquiry:
    """Return the inquiry of a row that has its columns, `staff_name` and `is_open`."""
    return Inquiry(
        user_id=row.user_id,
        state=read_back(InquiryState, row.state, InquiryState.UNKNOWN),
        started_at=row.started_at,
        source=read_back(InquirySource, row.source, InquirySource.HERE),
        inquiry_id=row.inquiry_id,
        verification_url=row.verification_url,
        staff_id=row.staff_id,
        staff_name=row.staff_name,
        request_id=row.request_id,
        attempt_seq=row.audit_seq,
        is_open=row.is_open,
        id=row.id,
    )
