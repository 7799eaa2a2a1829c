"""What is asked of the desk: which users, in which order, which page of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true

from dashboard.store.directory.kyc_lanes import is_in
from dashboard.store.directory.owning import (
    FollowUpTimes,
    is_awake,
    is_owned_by,
    is_snoozed,
    owner_column,
    snoozed_column,
)
from dashboard.store.directory.query import Word
from dashboard.store.kyc.lane_times import InLane, LaneTimes
from dashboard.store.kyc.states import WAITING, InquiryState, KycLane
from dashboard.store.schema import directory
from dashboard.store.schema.directory import COUNTED_ON_DESK
from dashboard.store.tags import tags

STATES: Mapping[KycLane, str] = {
    KycLane.NOT_STARTED: "",
    KycLane.LINK_FRESH: InquiryState.HELD.value,
    KycLane.LINK_EXPIRED: InquiryState.HELD.value,
    KycLane.ELSEWHERE: InquiryState.ELSEWHERE.value,
    KycLane.UNKNOWN: InquiryState.UNKNOWN.value,
}
"""The state of the leading inquiry of users who wait in a lane."""
WAITING_INDEX, OWNER_INDEX = "ix_directory_waiting", "ix_directory_owner_id_id"
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_WAITS = directory.c.waits_from_at
_IS_WAITING = _WAITS.is_not(None)
_HAS_STATE = {lane: directory.c.kyc_state == state for lane, state in STATES.items()}


@dataclass(frozen=True)
class Stretch:
    """Those of a lane who wait from a time later than `after`, up to `until`.

    There is something to do for them `delay` later. All have the same `age`, and are `due` alike.
    """

    lane: KycLane
    after: datetime | None = None
    until: datetime | None = None
    delay: timedelta = timedelta()
    age: str = ""
    due: str = ""

    def within(self, waits: ColumnElement[Any] = _WAITS) -> ColumnElement[bool]:
        """Return the condition that a time is in it."""
        return and_(true(), *self._limits(waits))

    def condition(self) -> ColumnElement[bool]:
        """Return the condition that a user who waits is in it, which an index answers."""
        return and_(_IS_WAITING, _HAS_STATE[self.lane], *self._limits(_WAITS))

    def _limits(self, waits: ColumnElement[Any]) -> Iterator[ColumnElement[bool]]:
        if self.after:
            yield waits > self.after
        if self.until:
            yield waits <= self.until


@dataclass(frozen=True)
class DeskQuery:
    """Which users: of a lane (None: all who wait), and every filter that is set.

    `stretches` are all there are, of each lane from the earliest on. `staff_ids` are those who
    started the leading inquiry, `owner_ids` those whose users it is about (`NO_ONE`: users of no
    one). Users who are `snoozed` are in no other list. A search finds those who match all
    `words`, and those of `user_ids`. `only_started` leaves out users whose KYC was not started or
    imported here. `tag` is the key of a tag. `hides_tests` leaves test users out, but those of
    `user_ids`.
    """

    times: LaneTimes
    follow_up: FollowUpTimes
    stretches: tuple[Stretch, ...]
    lane: KycLane | None = None
    age: str = ""
    due: str = ""
    country: str = ""
    language: str = ""
    user_type: str = ""
    staff_ids: frozenset[int] | None = None
    owner_ids: frozenset[int] | None = None
    snoozed: str = ""
    is_search: bool = False
    words: tuple[Word, ...] = ()
    user_ids: frozenset[UUID] = field(default=frozenset())
    only_started: bool = False
    tag: str = ""
    hides_tests: bool = False

    @property
    def has_times(self) -> bool:
        """Whether the filters leave only some of the stretches."""
        return bool(self.lane or self.age or self.due)

    @property
    def is_closed(self) -> bool:
        """Whether it is about users who no longer wait."""
        return self.lane is not None and self.lane not in WAITING

    def spans(self) -> Iterator[Stretch]:
        """Give the stretches of each lane that the filters leave, which are next to each other."""
        for lane in WAITING:
            left = [each for each in self.stretches if each.lane is lane and self._leaves(each)]
            if left:
                yield Stretch(lane, left[0].after, left[-1].until, left[0].delay)

    def is_waiting(self) -> ColumnElement[bool]:
        """Return the condition that a user waits where the filters leave them; no index answers it.

        SQLite would search an index for each lane, and then sort.
        """
        return or_(false(), *(each.condition() for each in self.spans())).is_(true())

    def is_closed_lately(self) -> ColumnElement[bool]:
        """Return the condition that a user is in a closed lane."""
        columns = directory.c
        started = columns.kyc_state != "" if self.only_started else true()
        lately = columns.closed_at > self.times.closed_after
        return and_(columns.waits_from_at.is_(None), lately, started)

    def is_listed(self) -> ColumnElement[bool]:
        """Return the condition that a user is on the list, where no text is searched for."""
        if not (self.lane and self.is_closed):
            waits = self.is_waiting() if self.has_times or self.only_started else _IS_WAITING
            return and_(waits, self.has_values())
        if self.age or self.due:
            return false()
        in_lane = is_in(InLane(self.lane, self.times))
        return and_(self.is_closed_lately(), in_lane, self.has_values())

    def has_values(self) -> ColumnElement[bool]:
        """Return the condition of the filters that are values of a column."""
        columns = directory.c
        asked = [
            column == value
            for column, value in (
                (columns.country_code, self.country),
                (columns.language, self.language),
                (columns.user_type, self.user_type),
            )
            if value
        ]
        if self.staff_ids is not None:
            asked.append(columns.kyc_staff_id.in_(self.staff_ids))
        if self.owner_ids is not None:
            asked.append(is_owned_by(self.owner_ids, self.follow_up))
        asked.append(is_snoozed(self.follow_up) if self.snoozed else is_awake(self.follow_up))
        return and_(self.is_shown(), *asked)

    def is_shown(self) -> ColumnElement[bool]:
        """Return the condition of the filters by which no counts are added up."""
        shown: list[ColumnElement[bool]] = []
        if self.tag:
            shown.append(directory.c.user_id.in_(tags.having(self.tag)))
        if self.hides_tests:
            is_shown = ~directory.c.is_test
            named = directory.c.user_id.in_(self.user_ids)
            shown.append(or_(is_shown, named) if self.user_ids else is_shown)
        return and_(true(), *shown)

    def value_columns(self) -> list[ColumnElement[Any]]:
        """Return the columns of the values that users are counted by, as `counts.BY_VALUE`."""
        *facts, _owner = (directory.c[name] for name in COUNTED_ON_DESK)
        return [*facts, owner_column(self.follow_up), snoozed_column(self.follow_up)]

    def _leaves(self, stretch: Stretch) -> bool:
        return (
            self.lane in {None, stretch.lane}
            and self.age in {"", stretch.age}
            and self.due in {"", stretch.due}
        )


@dataclass(frozen=True)
class DeskPlace:
    """A place in the order: since when there is something to do, and the row's own number."""

    at: datetime
    id: int


@dataclass(frozen=True)
class DeskSlice:
    """Which page: after or before a place (neither: the first). Closed lanes have the newest first.

    `newest_first` reverses the order of those who wait. `tokens_at` is as in `PageOf`.
    """

    limit: int
    newest_first: bool = False
    after: DeskPlace | None = None
    before: DeskPlace | None = None
    tokens_at: datetime | None = None
