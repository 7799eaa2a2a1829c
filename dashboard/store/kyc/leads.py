"""A user's leading inquiry, kept on their row of the directory by whatever changes either."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, bindparam, case, select, update

from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.kyc.waiting import waits_from
from dashboard.store.schema import directory, inquiries


def put(connection: Connection, user_id: UUID | None) -> None:
    """Keep the leading inquiry of a user on their row, where there is one."""
    row = connection.execute(_ROW, {"user_id": user_id}).mappings().first()
    if row is None:
        return
    lead = connection.execute(_LEAD, {"user_id": user_id}).first()
    led = {
        "kyc_state": lead.state if lead else "",
        "kyc_started_at": lead.started_at if lead else None,
        "kyc_staff_id": lead.staff_id if lead else None,
    }
    changed = update(directory).where(directory.c.user_id == user_id)
    connection.execute(changed.values(**led, waits_from_at=waits_from({**row, **led})))


def started(connection: Connection, user_ids: Collection[UUID]) -> list[UUID]:
    """Return those of these users whose KYC was started or imported here."""
    statement = select(inquiries.c.user_id).where(inquiries.c.user_id.in_(user_ids)).distinct()
    return list(connection.execute(statement).scalars())


def name(connection: Connection, user_ids: Collection[UUID]) -> None:
    """Note that an answer of the API has named these users, and keep their leading inquiries."""
    if known := started(connection, user_ids):
        of_them = inquiries.c.user_id.in_(known)
        connection.execute(update(inquiries).where(of_them).values(is_named=True))
    for user_id in known:
        put(connection, user_id)


_ROW = select(directory).where(directory.c.user_id == bindparam("user_id"))
_TOLD = case({InquiryState.HELD.value: 0, InquiryState.ELSEWHERE.value: 1}, value=inquiries.c.state)
_LEAD = (  # in the order of `inquiries.leading`
    select(inquiries.c.state, inquiries.c.started_at, inquiries.c.staff_id)
    .where(inquiries.c.user_id == bindparam("user_id"))
    .order_by(
        _TOLD.is_(None),
        _TOLD,
        inquiries.c.source == InquirySource.IMPORTED.value,
        inquiries.c.started_at.desc(),
        inquiries.c.id.desc(),
    )
    .limit(1)
)
