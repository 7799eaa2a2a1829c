"""A row of the desk, from a user of the directory and their inquiries."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from dashboard.services.attempts.conflicts import is_running
from dashboard.services.desk.filters import WAITING
from dashboard.services.desk.models import DeskMark, DeskRow, RowOwner
from dashboard.services.desk.schedule import is_late
from dashboard.services.desk.settings import DeskSettings
from dashboard.services.desk.stretches import is_overdue
from dashboard.services.kyc.inquiries import lost_before
from dashboard.store.contacts.log import LastContact
from dashboard.store.db.database import Transaction
from dashboard.store.desk.listing import DeskUser
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.owning import NO_ONE, FollowUpTimes, owner_of
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.kyc.states import InquiryState
from dashboard.store.staff import names as staff_names


def build(
    listed: DeskUser,
    inquiries: Sequence[Inquiry],
    contact: LastContact | None,
    settings: DeskSettings,
    now: datetime,
) -> DeskRow:
    """Return the row. `inquiries` are the user's, newest first."""
    inquiry = leading(inquiries)
    is_unknown = inquiry is not None and inquiry.state is InquiryState.UNKNOWN
    due_at = listed.place.at + settings.due[listed.lane] if listed.lane in WAITING else None
    return DeskRow(
        user=listed.user,
        lane=listed.lane,
        since_at=listed.place.at,
        due_at=due_at,
        is_overdue=is_overdue(due_at, now),
        inquiry=inquiry,
        lost=lost_before(inquiry, inquiries) if inquiry else None,
        is_starting=bool(
            inquiry and is_unknown and inquiry.is_open and is_running(inquiry.started_at, now)
        ),
        is_late=is_late(listed.user, now, settings.schedule),
        contact=contact,
        marks=frozenset(_marks(listed.user, inquiries)),
    )


def whose(
    connection: Transaction, listed: Iterable[DeskUser], times: FollowUpTimes
) -> dict[int, RowOwner]:
    """Return the owners of those of these users who have one, by the number of the row."""
    owned = {each.user.id: owner_of(each.user, times) for each in listed}
    owner_ids = {*owned.values()} - NO_ONE
    names = staff_names.find(connection, owner_ids) if owner_ids else {}
    return {row: RowOwner(id_, names[id_]) for row, id_ in owned.items() if id_ in names}


def _marks(user: DirectoryUser, inquiries: Sequence[Inquiry]) -> Iterator[DeskMark]:
    if user.gone_at:
        yield DeskMark.GONE
    if user.waits_from_at is None:
        return
    if user.became_active_at:
        yield DeskMark.AGAIN
    links = [each.started_at for each in inquiries if each.state is InquiryState.HELD]
    answers = [each.started_at for each in inquiries if each.state is InquiryState.ELSEWHERE]
    if links and answers and max(answers) > min(links):
        yield DeskMark.LINK_AND_409
