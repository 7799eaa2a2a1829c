"""The union of a user's story: its order, its pages by key, and its plan on either database."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from dashboard.store.audit import chain as audit
from dashboard.store.audit.chain import Chain, NewEntry, Outcome
from dashboard.store.db.database import Database
from dashboard.store.schema import inquiries, registrations, sightings, staff
from dashboard.store.story import exported, timeline
from dashboard.store.story.events import NEWEST, Event, EventKey, Source, StoryKind
from tests.store.plans import plans
from tests.support.pages.stories import SOURCES, leave_story
from tests.support.people import Hire
from tests.support.sampling import all_of

pytestmark = pytest.mark.on_postgres
NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)
ROUNDS = 15


@pytest.fixture
def staff_id(hire: Hire, database: Database) -> int:
    email, _ = hire()
    with database.read() as connection:
        wanted = select(staff.c.id).where(staff.c.email == email)
        return int(connection.execute(wanted).scalar_one())


@pytest.fixture
def known(database: Database, chain: Chain, staff_id: int) -> UUID:
    """A user with an equal number of events of each source, and another one."""
    user_id = uuid4()
    for each in (user_id, uuid4()):
        leave_story(database, chain, each, staff_id, ROUNDS * SOURCES, NOON)
    return user_id


def pages(
    database: Database, user_id: UUID, size: int, kind: StoryKind | None = None
) -> Iterator[list[Event]]:
    before = NEWEST
    while True:
        with database.read() as connection:
            found = timeline.page(connection, user_id, before, size, kind=kind, with_visits=True)
        if not found:
            return
        yield found
        before = found[-1].key


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_pages_of_any_size_hold_each_event_once_newest_first(
    database: Database, known: UUID, size: int
) -> None:
    keys = [each.key for page in pages(database, known, size) for each in page]
    assert len(keys) == ROUNDS * SOURCES
    assert keys == sorted(set(keys), reverse=True)
    assert {each.source for each in keys} == {
        *(Source.AUDIT, Source.CONTACT, Source.EXPORT, Source.STATUS)
    }


def test_events_of_the_same_time_are_paged_by_source_and_number(
    database: Database, chain: Chain, staff_id: int
) -> None:
    user_id = uuid4()
    with database.write() as connection:
        for _ in range(3):
            subject = ("user", str(user_id))
            entry = NewEntry(NOON, "pii:reveal", Outcome.SUCCEEDED, staff_id, *subject)
            seq = audit.append(connection, chain, entry)
            exported.add(connection, [user_id], NOON, seq)
            start = {"user_id": user_id, "state": "held", "started_at": NOON, "source": "here"}
            connection.execute(insert(inquiries).values(start))
    keys = [each.key for page in pages(database, user_id, 1) for each in page]
    assert [each.source for each in keys] == [
        *[Source.INQUIRY] * 3,
        *[Source.EXPORT] * 3,
        *[Source.AUDIT] * 3,
    ]
    assert keys == sorted(set(keys), reverse=True)


@all_of(
    "kind,number",
    [
        (StoryKind.KYC, 1),
        (StoryKind.CONTACTS, 1),
        (StoryKind.NOTES, 1),
        (StoryKind.TOKENS, 1),
        (StoryKind.VIEWS, 3),
        (StoryKind.FOLLOW_UP, 0),
    ],
)
def test_a_kind_has_only_its_own_and_views_have_the_visits(
    database: Database, known: UUID, kind: StoryKind, number: int
) -> None:
    found = [each for page in pages(database, known, 8, kind) for each in page]
    assert len(found) == number * ROUNDS
    with database.read() as connection:
        shown = timeline.page(connection, known, NEWEST, 1000, kind=kind)
    assert Source.VISIT not in {each.key.source for each in shown}


def test_of_an_attempt_the_last_entry_is_told_and_no_refusal_by_role(
    database: Database, chain: Chain, staff_id: int
) -> None:
    user_id = uuid4()

    def add(outcome: Outcome, minutes: int, attempt: int | None = None) -> int:
        at, subject = NOON + timedelta(minutes=minutes), ("user", str(user_id))
        entry = NewEntry(at, "tokens:issue", outcome, staff_id, *subject, attempt_seq=attempt)
        with database.write() as connection:
            return audit.append(connection, chain, entry)

    add(Outcome.ATTEMPTED, 0)
    lost = add(Outcome.ATTEMPTED, 1)
    add(Outcome.UNKNOWN, 2, lost)
    settled = add(Outcome.SUCCEEDED, 3, lost)
    refused = add(Outcome.REJECTED, 5, add(Outcome.ATTEMPTED, 4))
    add(Outcome.REJECTED, 6)
    (page,) = pages(database, user_id, 30)
    assert [each.key.id for each in page] == [refused, settled]
    assert page[1].number == lost


def test_a_change_of_status_is_told_with_the_two_looks_it_lies_between(
    database: Database, known: UUID
) -> None:
    events = [each for page in pages(database, known, 500, StoryKind.KYC) for each in page]
    for newer, older in pairwise(events):
        assert newer.before == older.word
        assert newer.not_yet_at
        assert older.at < newer.not_yet_at < newer.at
    assert (events[-1].before, events[-1].not_yet_at) == (None, None)


def test_a_registration_is_told_once_at_the_api_s_time_or_as_what_was_done_here(
    database: Database, chain: Chain, staff_id: int
) -> None:
    user_id, registered_at = uuid4(), NOON - timedelta(days=1)
    named = {"email": "a@example.com", "email_folded": "a@example.com", "user_id": user_id}
    seen = [("pending", registered_at, 0), ("active", registered_at, 1), ("banned", None, 2)]
    with database.write() as connection:
        for status, registered, hour in seen:
            at = NOON + timedelta(hours=hour)
            times = {"first_seen_at": at, "last_seen_at": at, "registered_at": registered}
            connection.execute(insert(sightings).values(status=status, **named, **times))
    (page,) = pages(database, user_id, 30)
    assert [each.key.source for each in page] == [Source.STATUS] * 3 + [Source.REGISTERED]
    assert page[-1].at == registered_at
    assert [*pages(database, user_id, 1)][-1] == page[-1:]
    with database.write() as connection:
        subject = ("user", str(user_id))
        entry = NewEntry(registered_at, "users:register", Outcome.SUCCEEDED, staff_id, *subject)
        made = {"audit_seq": audit.append(connection, chain, entry), "staff_id": staff_id}
        said = {"state": "done", "user_type": "personal", "country_code": "CO"}
        row = {**named, **made, **said, "registered_at": registered_at}
        connection.execute(insert(registrations).values(row))
    (page,) = pages(database, user_id, 30)
    assert [each.key.source for each in page] == [Source.STATUS] * 3 + [Source.AUDIT]


def test_a_file_of_very_many_is_told_of_everyone_who_was_known_by_then(
    database: Database, chain: Chain
) -> None:
    early, late = uuid4(), uuid4()
    with database.write() as connection:
        for user_id, at in ((early, NOON - timedelta(days=1)), (late, NOON + timedelta(days=1))):
            named = {"email": "a@example.com", "email_folded": "a@example.com", "status": "active"}
            times = {"first_seen_at": at, "last_seen_at": at}
            connection.execute(insert(sightings).values(user_id=user_id, **named, **times))
        entry = NewEntry(NOON, "users:export", Outcome.SUCCEEDED, details={"rows": 250_000})
        seq = audit.append(connection, chain, entry)
        exported.add(connection, [exported.EVERYONE], NOON, seq)
    (seen,) = pages(database, early, 30, StoryKind.VIEWS)
    assert [each.is_of_many for each in seen] == [True]
    assert not [*pages(database, late, 30, StoryKind.VIEWS)]


@pytest.mark.parametrize("kind", [None, StoryKind.VIEWS])
def test_a_deep_page_reads_only_ranges_of_indexes(
    database: Database, known: UUID, kind: StoryKind | None
) -> None:
    before = EventKey(NOON - timedelta(hours=8), Source.CONTACT, 3)
    with database.read() as connection:
        if not database.is_file:
            connection.execute(text("SET enable_seqscan = off"))
            connection.execute(text("SET enable_sort = off"))
        with plans(database) as found:
            timeline.page(connection, known, before, 31, kind=kind, with_visits=True)
            timeline.counts(connection, known, with_visits=True)
    indexes = ["ix_audit_subject_id_at_seq", "exported_users"]
    if kind is None:
        indexes += ["ix_sightings_user_id_first_seen_at_id", "ix_contacts_user_id_at_id"]
    page, counts = found
    for index in indexes:
        assert index in page, page
    assert "OFFSET" not in page.upper()
    whole = re.compile(r"(SCAN|Seq Scan on) (audit|sightings|contacts|exported_users|visits)\b")
    assert not whole.search(page + counts), page + counts
