"""Inquiries: each KYC start that we made or heard of, with the only copy of its link."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from dashboard.store.attempts.attempts import is_open, is_unsettled
from dashboard.store.db.columns import read_back
from dashboard.store.kyc import leads
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import inquiries, sightings, staff
from dashboard.store.staff import names as staff_names


@dataclass(frozen=True)
class Inquiry:
    """One KYC start. A held one has `inquiry_id` and `verification_url`, the others have not.

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


_OF_USER = (
    select(inquiries, staff_names.of().label("staff_name"), is_open(inquiries.c.audit_seq))
    .outerjoin(staff, staff.c.id == inquiries.c.staff_id)
    .where(inquiries.c.user_id == bindparam("user_id"))
    .order_by(inquiries.c.started_at.desc(), inquiries.c.id.desc())
)


_UNSETTLED = and_(
    inquiries.c.state == InquiryState.UNKNOWN.value, is_unsettled(inquiries.c.audit_seq)
)


def unsettled(connection: Connection, user_id: UUID) -> list[int]:
    """Return the attempts to start a user's KYC whose outcome is unknown, oldest first."""
    statement = select(inquiries.c.audit_seq).where(inquiries.c.user_id == user_id, _UNSETTLED)
    return list(connection.execute(statement.order_by(inquiries.c.audit_seq)).scalars())


def users_unsettled(
    connection: Connection, seen_before: datetime, without: Collection[UUID], limit: int
) -> list[UUID]:
    """Return users with such a start who were not seen since, the longest unseen first."""
    seen_at = (
        select(func.max(sightings.c.last_seen_at, type_=sightings.c.last_seen_at.type))
        .where(sightings.c.user_id == inquiries.c.user_id)
        .scalar_subquery()
    )
    statement = (
        select(inquiries.c.user_id)
        .where(_UNSETTLED, func.coalesce(seen_at < seen_before, True))
        .where(inquiries.c.user_id.not_in(without))
        .group_by(inquiries.c.user_id)
        .order_by(seen_at)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


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
    )
