"""The list of the desk: everyone who waits, the longest wait first, from our own copy."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from dashboard.services.desk import rows
from dashboard.services.desk.filters import WAITING, DeskFilters, DeskOrder, Due, KycLane
from dashboard.services.desk.models import DeskNews, DeskPage, DeskRow
from dashboard.services.desk.settings import DeskSettings
from dashboard.services.desk.staff import by_email, named
from dashboard.services.desk.stretches import divide, since_at
from dashboard.services.directory.box import Box
from dashboard.services.directory.places import SealedPlaces
from dashboard.services.ports import Clock
from dashboard.services.readers import OF_ME, OF_NO_ONE, Reader
from dashboard.store.contacts import log as contacts
from dashboard.store.db.database import Database, Transaction
from dashboard.store.desk import counts, listing, mine, news, searching
from dashboard.store.desk.listing import DeskUser
from dashboard.store.desk.query import DeskPlace, DeskQuery, DeskSlice
from dashboard.store.directory import rows as directory
from dashboard.store.directory.kyc_lanes import lane_of
from dashboard.store.directory.owning import follow_up_times, snoozed_until
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.lane_times import times_at
from dashboard.store.staff import members

WALK = 500


class Desk:
    """Finds who waits. Makes no call to the API."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: DeskSettings,
        places: SealedPlaces,
        box: Box,
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._places = places
        self._box = box

    def find(self, filters: DeskFilters, reader: Reader) -> DeskPage:
        """Return a page, and the counts of all filters, at one moment."""
        now = self._clock()
        page = self._page(filters, now)
        query = self._query(filters, now, reader)
        with self._database.snapshot() as connection:
            hits = searching.find_hits(connection, query)
            found = listing.find(connection, query, page, hits)
            counted = counts.read(connection, query, hits)
            shown = self._rows(connection, found.rows, now)
            staff = counts.people(connection, counted.by_value)
            wanted = filters.after or filters.before
            unnamed = 0 if filters.asked or wanted else counts.unnamed(connection)
        return DeskPage(
            filters=filters,
            at=now,
            rows=shown,
            total=counted.total,
            counts={**counted.by_value, **by_email(counted.by_value, staff, reader)},
            by=named(counted.by_value["by"], staff),
            owners=named(counted.by_value["owner"], staff),
            tags=counted.tags,
            after=self._place(filters, found.rows[-1].place) if found.has_after and shown else "",
            before=self._place(filters, found.rows[0].place) if found.has_before and shown else "",
            damaged="" if page.after or page.before or not wanted else _name(filters),
            unnamed=unnamed,
        )

    def to_do(self, reader: Reader) -> int:
        """Return how many users of the reader are overdue, or were given to them and not opened."""
        query = self._asked(DeskFilters(due=Due.OVERDUE), self._clock(), reader)
        with self._database.read() as connection:
            return mine.count(connection, reader.staff_id, query)

    def waiting(self, filters: DeskFilters, reader: Reader) -> Counter[tuple[str, str]]:
        """Return how many users of these filters wait, by lane and what is due."""
        query = self._query(filters, self._clock(), reader)
        with self._database.read() as connection:
            cells = counts.waiting(connection, query)
        waiting: Counter[tuple[str, str]] = Counter()
        for (lane, _age, due), users in cells.items():
            waiting[lane, due] += users
        return waiting

    def count(self, filters: DeskFilters, reader: Reader) -> int:
        """Return how many users these filters have."""
        query = self._query(filters, self._clock(), reader)
        with self._database.snapshot() as connection:
            hits = searching.find_hits(connection, query)
            return counts.count(connection, query, hits)

    def walk(self, filters: DeskFilters, reader: Reader, limit: int) -> Iterator[DeskRow]:
        """Give the first rows of these filters, some at a time; each as it is when it is read."""
        now, walked = self._clock(), 0
        query = self._query(filters, now, reader)
        page = DeskSlice(min(WALK, limit), newest_first=filters.sort is DeskOrder.NEWEST)
        with self._database.read() as connection:
            hits = searching.find_hits(connection, query)
        while walked < limit:
            with self._database.snapshot() as connection:
                found = listing.find(connection, query, page, hits)
                shown = self._rows(connection, found.rows, now)
            yield from shown[: limit - walked]
            if not found.has_after:
                return
            walked += len(shown)
            page = replace(page, after=found.rows[-1].place)

    def next_user(self, filters: DeskFilters, reader: Reader) -> UUID | None:
        """Return which of these users has waited longest, None for no one.

        Without a filter by owner: of the reader's own users, else of those without an owner.
        """
        for owner in (filters.owner,) if filters.owner else (OF_ME, OF_NO_ONE):
            asked = filters.changed(owner=owner, sort=DeskOrder.LONGEST)
            for row in self.walk(asked, reader, 1):
                return row.user.user_id
        return None

    def row(self, user_id: UUID) -> DeskRow | None:
        """Return the row of a user, None for one who is in no lane."""
        return self.rows([user_id]).get(user_id)

    def rows(self, user_ids: Collection[UUID]) -> dict[UUID, DeskRow]:
        """Return the rows of those of these users who are in a lane."""
        with self._database.read() as connection:
            return self._of_users(connection, user_ids, self._clock())

    def news(
        self, filters: DeskFilters, reader: Reader, shown: Mapping[UUID, str], since: datetime
    ) -> DeskNews:
        """Return what changed since a page was loaded. `shown` has the state of each row of it."""
        now = self._clock()
        query = self._query(filters, now, reader)
        then = self._asked(filters, since, reader)
        before = replace(
            query, times=then.times, follow_up=then.follow_up, stretches=then.stretches
        )
        with self._database.snapshot() as connection:
            told = news.read(connection, query, before, since)
            here = self._of_users(connection, shown.keys(), now)
        return DeskNews(
            changed=tuple(row for id_, row in here.items() if row.state_key != shown[id_]),
            same=tuple(row for id_, row in here.items() if row.state_key == shown[id_]),
            became_active=told.became_active,
            left=told.left,
            came=told.came,
        )

    def _of_users(
        self, connection: Transaction, user_ids: Collection[UUID], now: datetime
    ) -> dict[UUID, DeskRow]:
        """Return the rows of those of these users who are in a lane, whichever it is."""
        times = times_at(now, self._settings.link_ttl)
        listed = [
            DeskUser(user, lane, DeskPlace(since_at(user, lane, self._settings), user.id))
            for user in directory.get(connection, user_ids, tokens_at=now).values()
            if (lane := lane_of(user, times))
        ]
        return {row.user.user_id: row for row in self._rows(connection, listed, now)}

    def _rows(
        self, connection: Transaction, listed: Sequence[DeskUser], now: datetime
    ) -> tuple[DeskRow, ...]:
        ids = [each.user.user_id for each in listed]
        starts, last = inquiries.of_users(connection, ids), contacts.last_of(connection, ids)
        times = follow_up_times(now, self._settings.owner_lapses)
        whose = rows.whose(connection, listed, times)
        return tuple(
            replace(
                rows.build(each, starts[user_id], last.get(user_id), self._settings, now),
                owner=whose.get(each.user.id),
                snoozed_until=snoozed_until(each.user, times),
            )
            for user_id, each in zip(ids, listed, strict=True)
        )

    def _query(self, filters: DeskFilters, now: datetime, reader: Reader) -> DeskQuery:
        """Return the query of these filters; a search is read for the whole values in it first."""
        query = self._asked(filters, now, reader)
        if filters.by or filters.owner:
            with self._database.read() as connection:
                query = replace(
                    query,
                    staff_ids=members.ids(connection, filters.by) if filters.by else None,
                    owner_ids=reader.owners(connection, filters.owner),
                )
        if not filters.search:
            return query
        reading = self._box.read(filters.search, frozenset(), masked=reader.names_hidden)
        found = self._box.find(reading, masked=reader.names_hidden).users
        user_ids = frozenset(each.user_id for each in found)
        return replace(query, is_search=True, words=reading.words, user_ids=user_ids)

    def _asked(self, filters: DeskFilters, now: datetime, reader: Reader) -> DeskQuery:
        tomorrow = now.astimezone(reader.zone).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), reader.zone).astimezone(UTC)
        return DeskQuery(
            times=times_at(now, self._settings.link_ttl),
            follow_up=follow_up_times(now, self._settings.owner_lapses),
            stretches=divide(self._settings, now, midnight),
            lane=KycLane(filters.lane) if filters.lane else None,
            age=filters.age,
            due=filters.due,
            country=filters.country,
            language=filters.language,
            user_type=filters.user_type,
            snoozed=filters.snoozed,
            only_started=not self._settings.keeps_directory,
            tag=filters.tag,
            hides_tests=reader.hides_test_users,
        )

    def _page(self, filters: DeskFilters, now: datetime) -> DeskSlice:
        """Return the page that is asked for, the first for a place that can't be read."""
        newest_first = filters.sort is DeskOrder.NEWEST
        first = DeskSlice(filters.limit, newest_first=newest_first, tokens_at=now)
        sealed = filters.after or filters.before
        opened = self._places.open(sealed, _order(filters)) if sealed else None
        if opened is None:
            return first
        at, number = json.loads(opened)
        place = DeskPlace(datetime.fromisoformat(at), number)
        return replace(first, **{_name(filters): place})  # type: ignore[arg-type]  # by name

    def _place(self, filters: DeskFilters, place: DeskPlace) -> str:
        return self._places.seal(json.dumps([place.at.isoformat(), place.id]), _order(filters))


def _name(filters: DeskFilters) -> str:
    return "after" if filters.after else "before"


def _order(filters: DeskFilters) -> str:
    """Return which order a place is of: closed lanes have one of their own."""
    kind = "closed" if filters.lane and filters.lane not in WAITING else filters.sort
    return f"desk:{kind}"
