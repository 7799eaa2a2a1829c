"""Users whose KYC might be started: by email or id, and those for whom it was not started."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, select

from dashboard.store.directory.columns import select_users
from dashboard.store.directory.entries import DirectoryUser, entry
from dashboard.store.directory.kyc_lanes import is_in, lane_of
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.lane_times import InLane, LaneTimes
from dashboard.store.kyc.states import InquiryState, KycLane
from dashboard.store.kyc.waiting import PENDING
from dashboard.store.schema import directory, sightings
from dashboard.store.users import sightings as seen
from dashboard.store.users.sightings import Sighting
from dashboard.text.emails import comparable


@dataclass(frozen=True)
class Startable:
    """A user as last seen, with the lane. Empty texts are unknown."""

    user_id: UUID
    email: str = field(repr=False)
    phone: str = field(repr=False)
    name: str = field(repr=False)
    lane: KycLane | None
    is_pending: bool


def find(
    connection: Connection, emails: Collection[str], user_ids: Collection[UUID], times: LaneTimes
) -> list[Startable]:
    """Return the users who have these emails or ids, as far as they were ever seen."""
    keys = {comparable(email) for email in emails}
    by_key = sightings.c.email_folded.in_(keys)
    named = connection.execute(select(sightings.c.user_id).where(by_key).distinct()).scalars()
    ids = {*user_ids, *named}
    is_one = directory.c.email_key.in_(keys) | directory.c.user_id.in_(ids)
    rows = connection.execute(select_users().where(is_one)).all()
    found = [_of_entry(entry(row), times) for row in rows]
    rest = ids - {user.user_id for user in found}
    started = inquiries.of_users(connection, rest)
    found += [
        _of_sighting(sighting, inquiries.leading(started[sighting.user_id]), times)
        for sighting in seen.newest(connection, rest).values()
    ]
    return [user for user in found if user.user_id in user_ids or comparable(user.email) in keys]


def not_started(
    connection: Connection,
    times: LaneTimes,
    before_id: int | None,
    limit: int,
    *,
    hides_tests: bool,
) -> tuple[list[Startable], int | None]:
    """Return users of the directory whose KYC was not started, and the id that the rest is before.

    Newest first; None where there is no rest. `hides_tests` leaves test users out.
    """
    statement = select_users().where(is_in(InLane(KycLane.NOT_STARTED, times)))
    if hides_tests:
        statement = statement.where(~directory.c.is_test)
    if before_id is not None:
        statement = statement.where(directory.c.id < before_id)
    found = connection.execute(statement.order_by(directory.c.id.desc()).limit(limit)).all()
    users = [_of_entry(entry(row), times) for row in found]
    return users, found[-1].id if len(found) == limit else None


def by_email(users: Iterable[Startable]) -> dict[str, list[Startable]]:
    """Return users by the form in which their emails are compared."""
    found: dict[str, list[Startable]] = {}
    for user in users:
        found.setdefault(comparable(user.email), []).append(user)
    return found


def _of_entry(user: DirectoryUser, times: LaneTimes) -> Startable:
    is_pending = user.waits_from_at is not None
    lane = lane_of(user, times)
    return Startable(user.user_id, user.email, user.phone, user.name, lane, is_pending)


def _of_sighting(user: Sighting, inquiry: Inquiry | None, times: LaneTimes) -> Startable:
    is_pending = user.status == PENDING
    lane = _lane(inquiry, times) if is_pending else None
    return Startable(user.user_id, user.email, "", "", lane, is_pending)


def _lane(inquiry: Inquiry | None, times: LaneTimes) -> KycLane:
    """Return the lane of a pending user who is not in the directory."""
    match inquiry:
        case None:
            return KycLane.NOT_STARTED
        case Inquiry(state=InquiryState.ELSEWHERE):
            return KycLane.ELSEWHERE
        case Inquiry(state=InquiryState.UNKNOWN):
            return KycLane.UNKNOWN
        case Inquiry(started_at=at):
            return KycLane.LINK_EXPIRED if at <= times.expired_at else KycLane.LINK_FRESH
