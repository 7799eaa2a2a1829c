"""The list of users from our own copy, with no call to the API."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dashboard.services.clocks import is_open
from dashboard.services.directory import box
from dashboard.services.directory.filters import ListFilters
from dashboard.services.directory.in_notes import find_in_notes
from dashboard.services.directory.places import SealedPlaces
from dashboard.services.directory.status import Coverage, DirectoryStatusReader
from dashboard.services.ports import Clock
from dashboard.services.readers import Reader
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import facets, neighbours, search
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.facets import Counts
from dashboard.store.directory.kyc_lanes import lane_of
from dashboard.store.directory.neighbours import Neighbours
from dashboard.store.directory.owning import NO_ONE, OwnedBy, follow_up_times, owner_of
from dashboard.store.directory.query import TIMES
from dashboard.store.directory.search import DirectoryQuery, PageOf, RowKey, Sort, key_of
from dashboard.store.kyc.lane_times import InLane, LaneTimes, times_at
from dashboard.store.kyc.states import KycLane
from dashboard.store.staff import names as staff_names
from dashboard.store.tags import tags
from dashboard.store.tags.tags import Tag

UNSWEPT_FOR = timedelta(seconds=10)
OTHERS_AT_MOST = 6


@dataclass(frozen=True)
class ListedEntry:
    """A row of the list: the user as last seen, their KYC, owner, and tags if asked for.

    `in_note` says that a note has a word of the search.
    """

    entry: DirectoryUser
    lane: KycLane | None
    in_note: bool
    owner: str = ""
    tags: Sequence[Tag] = ()


@dataclass(frozen=True)
class Listing:
    """One page of users. `after` and `before` are the places of the pages beside it, "" for none.

    `damaged` names the place that was asked for and can't be used: this is the first page then.
    """

    rows: tuple[ListedEntry, ...]
    counts: Counts
    after: str = ""
    before: str = ""
    damaged: str = ""

    @property
    def oldest_at(self) -> datetime | None:
        """The oldest time at which a user of this page was last seen."""
        return min((row.entry.last_seen_at for row in self.rows), default=None)

    def values(self, name: str, documented: Iterable[str], chosen: str) -> list[str]:
        """Return the documented values of a filter, those that users have, and the chosen one."""
        held = self.counts.by_value.get(name, {})
        return [value for value in dict.fromkeys([*documented, *held, chosen]) if value]

    def other_statuses(self, documented: Collection[str], chosen: str) -> list[str]:
        """Return the undocumented statuses that most users have, and the one that is chosen."""
        users = Counter(self.counts.by_value.get("status", {}))
        most = [status for status, _ in users.most_common() if status not in ("", *documented)]
        others = most[:OTHERS_AT_MOST]
        is_shown = chosen in {"", *documented, *others}
        return others if is_shown else [*others, chosen]


NOTHING = Listing((), Counts(0, {}))
"""The list of a search that may find nothing: counts beside it would tell what it hides."""


class Directory:
    """Finds users in our own copy."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        places: SealedPlaces,
        status: DirectoryStatusReader,
        *,
        link_ttl: timedelta,
        owner_lapses: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._places = places
        self._status = status
        self._link_ttl = link_ttl
        self._owner_lapses = owner_lapses
        self._unswept: tuple[Coverage | None, datetime] = (None, clock())

    def status(self) -> Coverage:
        """Return how complete our copy is. If it isn't, the answer is kept for `UNSWEPT_FOR`."""
        now = self._clock()
        kept, until = self._unswept
        if kept and is_open(until, now, UNSWEPT_FOR):
            return kept
        status = self._status.coverage()
        if not status.is_complete:
            self._unswept = status, now + UNSWEPT_FOR
        return status

    def holds(self, name: str, value: str) -> bool:
        """Return whether any user has this value of a filter by a word."""
        with self._database.read() as connection:
            return search.count(connection, DirectoryQuery(**{name: value}), most=0) > 0  # type: ignore[arg-type]  # by name

    def query(self, filters: ListFilters, reader: Reader) -> DirectoryQuery:
        """Return the query of these filters; days and minutes are those of the reader."""
        return DirectoryQuery(
            words=box.parse(filters.search),
            status=filters.status,
            country_code=filters.country,
            user_type=filters.user_type,
            language=filters.language,
            **_moments(filters, reader.zone),
            kyc=InLane(KycLane(filters.kyc), self._times()) if filters.kyc else None,
            owned=self._owned(filters.owner, reader) if filters.owner else None,
            tag=filters.tag,
            hides_tests=reader.hides_test_users,
        )

    def find(self, query: DirectoryQuery, page: ListFilters, *, with_tags: bool = False) -> Listing:
        """Return a page of those who match, and the counts of all filters, at one moment."""
        asked = self._page(page)
        times = self._times()
        with self._database.snapshot() as connection:
            found = search.find(connection, query, asked)
            counts = facets.read(connection, query, times)
            owners = self._owners(connection, found.entries)
            ids = [entry.user_id for entry in found.entries] if with_tags else []
            of_users = tags.of_users(connection, ids) if ids else {}
            in_notes = find_in_notes(connection, query.words, found.entries)
        rows = tuple(
            ListedEntry(
                entry,
                lane_of(entry, times),
                entry.user_id in in_notes,
                owners.get(entry.id, ""),
                of_users.get(entry.user_id, ()),
            )
            for entry in found.entries
        )
        wanted = page.after or page.before
        return Listing(
            rows,
            counts,
            after=self._place(asked, found.entries[-1]) if found.has_after and rows else "",
            before=self._place(asked, found.entries[0]) if found.has_before and rows else "",
            damaged="" if asked.after or asked.before or not wanted else _name(page),
        )

    def user_ids(self, query: DirectoryQuery, most: int) -> list[UUID]:
        """Return those who match, one more than `most` where there are more."""
        with self._database.read() as connection:
            return search.user_ids(connection, query, most + 1)

    def beside(self, query: DirectoryQuery, page: ListFilters, user_id: UUID) -> Neighbours:
        """Return who comes before and after a user in a list."""
        with self._database.read() as connection:
            return neighbours.find(
                connection, query, page.sort, user_id, descends=page.is_descending
            )

    def _owned(self, owner: str, reader: Reader) -> OwnedBy | None:
        with self._database.read() as connection:
            staff_ids = reader.owners(connection, owner)
        times = follow_up_times(self._clock(), self._owner_lapses)
        return OwnedBy(staff_ids, times) if staff_ids is not None else None

    def _owners(self, connection: Transaction, entries: Sequence[DirectoryUser]) -> dict[int, str]:
        """Return the names of owners by the numbers of rows."""
        times = follow_up_times(self._clock(), self._owner_lapses)
        owned = {each.id: owner_of(each, times) for each in entries}
        owner_ids = {*owned.values()} - NO_ONE
        names = staff_names.find(connection, owner_ids) if owner_ids else {}
        return {row: names[owner] for row, owner in owned.items() if owner in names}

    def _times(self) -> LaneTimes:
        return times_at(self._clock(), self._link_ttl)

    def _page(self, page: ListFilters) -> PageOf:
        """Return the page that is asked for, the first for a place that can't be read."""
        first = PageOf(page.sort, page.is_descending, page.limit, tokens_at=self._clock())
        sealed = page.after or page.before
        opened = self._places.open(sealed, _order(first)) if sealed else None
        if opened is None:
            return first
        value, row_id = json.loads(opened)
        of_times = page.sort in {Sort.CREATED, Sort.CHANGED}
        key = RowKey(datetime.fromisoformat(value) if of_times else value, row_id)
        return replace(first, **{_name(page): key})  # type: ignore[arg-type]  # by name

    def _place(self, page: PageOf, entry: DirectoryUser) -> str:
        value = key_of(entry, page.sort).value
        told = value.isoformat() if isinstance(value, datetime) else value
        return self._places.seal(json.dumps([told, entry.id]), _order(page))


def _name(page: ListFilters) -> str:
    return "after" if page.after else "before"


def _moments(filters: ListFilters, zone: ZoneInfo) -> dict[str, Any]:
    """Return the moments that times in a zone begin at, and that they end before."""
    moments = {}
    for name in TIMES:
        begin, last = getattr(filters, f"{name}_from"), getattr(filters, f"{name}_to")
        moments[f"{name}_from"] = _moment(begin, zone) if begin else None
        moments[f"{name}_to"] = _moment(_following(last), zone) if last else None
    return moments


def _following(last: date) -> date:
    """Return the next minute, or the next day."""
    return last + (timedelta(minutes=1) if isinstance(last, datetime) else timedelta(days=1))


def _moment(when: date, zone: ZoneInfo) -> datetime:
    at = when if isinstance(when, datetime) else datetime.combine(when, time())
    return at.replace(tzinfo=zone).astimezone(UTC)


def _order(page: PageOf) -> str:
    return f"{page.sort}:{page.is_descending}"
