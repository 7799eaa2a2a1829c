"""The story of a user: everything known of them, newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.services.attempts.conflicts import is_running
from dashboard.services.kyc.inquiries import lost_before
from dashboard.services.ports import Clock
from dashboard.services.story.keys import write_key
from dashboard.services.story.models import KindCount, Story, StoryEvent, StoryQuery
from dashboard.store.db.database import Database, Transaction
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.kyc.states import InquiryState
from dashboard.store.story import timeline
from dashboard.store.story.events import NEWEST, Event, EventKey, Source, StoryKind, kind_of
from dashboard.store.story.timeline import Counts
from dashboard.store.tokens import grants
from dashboard.store.users import sightings

PAGE = 30
DAY = timedelta(days=1)


class Stories:
    """Tells stories. Makes no API call."""

    def __init__(self, database: Database, clock: Clock, *, link_ttl: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._link_ttl = link_ttl

    def tell(
        self, user_id: UUID, query: StoryQuery, starts: Sequence[Inquiry] | None = None
    ) -> Story:
        """Return a page of a user's story; `starts` are their KYC starts, where they were read."""
        with self._database.read() as connection:
            if starts is None:
                starts = inquiries.of_user(connection, user_id)
            expiry = self._find_expiry(connection, user_id, starts)
            events, is_newest = _asked(connection, user_id, query, expiry)
            shown = events[:PAGE]
            told = _told(connection, user_id, shown, plain=query.plain)
            counts = timeline.counts(connection, user_id, with_visits=query.with_visits)
        if expiry:
            counts[Source.EXPIRY][""] += 1
        by_id = {start.id: start for start in starts}
        return Story(
            user_id=user_id,
            kind=query.kind,
            events=tuple(
                _start(each.event, by_id[each.event.key.id], starts, self._clock())
                if each.event.key.source is Source.INQUIRY and each.event.key.id in by_id
                else each
                for each in _in_rows(told)
            ),
            counts={kind: _count(counts, kind) for kind in (None, *StoryKind)},
            older=write_key(shown[-1].key) if len(events) > PAGE else None,
            is_newest=is_newest,
            marked=_marked(shown, query.event),
        )

    def _find_expiry(
        self, connection: Transaction, user_id: UUID, starts: Sequence[Inquiry]
    ) -> Event | None:
        """Return the event that a link probably expired, with the user still pending, if it did."""
        start = leading(starts)
        if start is None or start.state is not InquiryState.HELD:
            return None
        ended_at = start.started_at + self._link_ttl
        if ended_at > self._clock():
            return None
        left_at = sightings.left_pending_at(connection, user_id, start.started_at)
        return (
            None if left_at and left_at <= ended_at else Event(EventKey(ended_at, Source.EXPIRY, 1))
        )


def _asked(
    connection: Transaction, user_id: UUID, query: StoryQuery, expiry: Event | None
) -> tuple[list[Event], bool]:
    """Return the events of the page and one more, and whether it is the newest page."""
    computed = [expiry] if expiry and query.kind in {None, StoryKind.KYC} else []

    def page(before: EventKey) -> list[Event]:
        visits = query.with_visits
        found = timeline.page(
            connection, user_id, before, PAGE + 1, kind=query.kind, with_visits=visits
        )
        found += (each for each in computed if each.key < before)
        return sorted(found, key=lambda each: each.key, reverse=True)[: PAGE + 1]

    if query.before:
        return page(query.before), False
    newest = page(NEWEST)
    if query.event is None or _marked(newest[:PAGE], query.event):
        return newest, True
    from_event = page(query.event._replace(id=query.event.id + 1))
    return (from_event, False) if _marked(from_event[:1], query.event) else (newest, True)


def _told(
    connection: Transaction, user_id: UUID, events: Sequence[Event], *, plain: bool
) -> list[StoryEvent]:
    """Return events with the words of notes, where the reader may see them, and with receipts."""
    noted = [each.note for each in events if each.note is not None] if plain else []
    issued = [each.number for each in events if each.number and _is_token(each)]
    bodies = timeline.notes_of(connection, user_id, noted) if noted else {}
    receipts = grants.of_attempts(connection, user_id, issued) if issued else {}
    return [
        StoryEvent(
            each,
            note=bodies.get(each.note) if each.note else None,
            grant=receipts.get(each.number) if each.number and _is_token(each) else None,
        )
        for each in events
    ]


def _in_rows(told: Sequence[StoryEvent]) -> list[StoryEvent]:
    """Merge contacts of the same kind by one person within a day, with nothing between them."""
    rows: list[StoryEvent] = []
    for each in told:
        if rows and _goes_on(rows[-1].event, each.event):
            rows[-1] = replace(rows[-1], earlier=(*rows[-1].earlier, each.event))
        else:
            rows.append(each)
    return rows


def _goes_on(newest: Event, event: Event) -> bool:
    are_contacts = newest.key.source is event.key.source is Source.CONTACT
    is_same = (newest.word, newest.staff_id) == (event.word, event.staff_id)
    return are_contacts and is_same and newest.at - event.at < DAY


def _is_token(event: Event) -> bool:
    return event.key.source is Source.AUDIT and event.word.startswith("tokens:")


def _start(event: Event, start: Inquiry, starts: Sequence[Inquiry], now: datetime) -> StoryEvent:
    is_starting = start.is_open and is_running(start.started_at, now)
    return StoryEvent(event, start, lost_before(start, starts), is_starting)


def _marked(events: Sequence[Event], wanted: EventKey | None) -> str | None:
    return next((write_key(each.key) for each in events if each.key == wanted), None)


def _count(counts: Counts, kind: StoryKind | None) -> KindCount:
    """Return how many events a kind has; None is all but visits."""
    number, more = 0, False
    for source, words in counts.items():
        held = [words[word] for word in words if _is_of(kind, source, word)]
        number += sum(held)
        more |= words.total() >= timeline.COUNTED and (bool(held) or source is Source.AUDIT)
    return KindCount(number, more)


def _is_of(kind: StoryKind | None, source: Source, word: str) -> bool:
    return source is not Source.VISIT if kind is None else kind_of(source, word) is kind
