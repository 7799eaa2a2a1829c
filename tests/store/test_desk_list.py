"""The list of the desk: rows, counts, order and places are those of a plain reading."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import AGES, WAITING, DeskFilters, DeskOrder, Due, KycLane
from dashboard.services.desk.settings import DeskSettings, parse_due, parse_schedule
from dashboard.services.directory.box import Box
from dashboard.services.directory.places import SealedPlaces
from dashboard.services.kyc.links import KycLinks
from dashboard.store.db.database import Database
from dashboard.store.directory import rows
from dashboard.store.directory.rows import DirectoryUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquirySource, InquiryState
from dashboard.store.schema import staff
from dashboard.text.search import name_key
from tests.support import databases
from tests.support.directory import START, someone

NOW = START + timedelta(days=50)
LINK_TTL = timedelta(hours=24)
ZONE = ZoneInfo("America/Bogota")
DUE = parse_due("48, link_expired=24, unknown=240")
USERS = [someone(number) for number in range(1, 121)]
STAFF = {1: "ana@example.com", 2: "beto@example.com"}
STATES = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
KEYS = Keyring("a secret key that is as long as it has to be", [])
FILTERS = ("lane", "country", "language", "user_type", "by", "due", "age")


def desk_of(database: Database, *, keeps_directory: bool = True) -> Desk:
    return Desk(
        database,
        lambda: NOW,
        DeskSettings(keeps_directory, LINK_TTL, DUE, parse_schedule("1h=2m")),
        SealedPlaces(Encryptor(KEYS.keys(KeyPurpose.PLACE))),
        Box(database, KycLinks(())),
    )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Users who wait since up to 50 days, and others who no longer do, since up to 10 days."""
    folder = tmp_path_factory.mktemp("desk")
    database = databases.make(folder)
    database.upgrade()
    with database.write() as connection:
        for staff_id, email in STAFF.items():
            made = {"name": email[:3], "password_hash": "", "active": True, "created_at": START}
            connection.execute(insert(staff).values(id=staff_id, email=email, **made))
        pending = [replace(each, status="pending") for each in USERS]
        rows.record(connection, pending, NOW - timedelta(days=20))
        for number, user in enumerate(USERS):
            for place in range(number % 3):
                state = STATES[(number // 3 + place) % len(STATES)]
                inquiry = Inquiry(
                    user_id=user.user_id,
                    state=state,
                    started_at=NOW - timedelta(hours=number % 11 * 7, minutes=place),
                    source=(InquirySource.HERE, InquirySource.IMPORTED)[number // 2 % 2],
                    inquiry_id=f"inq_{number}_{place}" if state is InquiryState.HELD else None,
                )
                inquiries.add(connection, inquiry, (None, 1, 2)[number % 5 % 3])
        for number, user in enumerate(each for at, each in enumerate(USERS) if at % 5 < 2):
            rows.record(connection, [user], NOW - timedelta(days=10 - number % 10, hours=-1))
        for user in USERS[1::12]:
            rows.mark_gone(connection, user.user_id, NOW - timedelta(days=3))
        for user in USERS[::16]:
            rows.record(connection, [replace(user, status="pending")], NOW - timedelta(hours=2))
    yield database
    database.close()
    databases.drop(folder)


class Read:
    """A user of the desk, read plainly."""

    def __init__(self, user: DirectoryUser) -> None:
        self.user = user
        self.lane, self.since_at = _lane(user)
        waited = max(NOW - self.since_at, timedelta())
        is_waiting = self.lane in WAITING
        ages = [name for name, (least, less) in AGES.items() if least <= waited < less]
        self.values = {
            "lane": self.lane or "",
            "country": user.country_code,
            "language": user.language,
            "user_type": user.user_type,
            "by": STAFF.get(user.kyc_staff_id or 0, ""),
            "due": _due(self.since_at + DUE[self.lane]) if is_waiting and self.lane else "",
            "age": ages[0] if is_waiting else "",
        }

    def fits(self, filters: DeskFilters) -> bool:
        texts = (self.user.email.lower(), name_key(self.user.name))
        found = any(filters.search in text for text in texts)
        wanted = {name: getattr(filters, name) for name in FILTERS if getattr(filters, name)}
        in_lanes = self.lane is not None if filters.lane else self.lane in WAITING
        return in_lanes and found and all(self.values[name] == wanted[name] for name in wanted)


def _lane(user: DirectoryUser) -> tuple[KycLane | None, datetime]:
    if user.status != "pending" or user.gone_at:
        is_active = user.status == "active" and not user.gone_at
        lane = KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
        is_recent = user.closed_at and user.closed_at > NOW - timedelta(days=7)
        return lane if is_recent else None, user.closed_at or START
    since = user.waits_from_at
    assert since
    match user.kyc_state:
        case "held" if since <= NOW - LINK_TTL:
            return KycLane.LINK_EXPIRED, since + LINK_TTL
        case "held":
            return KycLane.LINK_FRESH, since
        case "":
            return KycLane.NOT_STARTED, since
        case state:
            return KycLane(state), since


def _due(due_at: datetime) -> str:
    midnight = datetime.combine(NOW.astimezone(ZONE).date() + timedelta(days=1), time(), ZONE)
    if due_at <= NOW:
        return Due.OVERDUE
    return Due.TODAY if due_at < midnight.astimezone(UTC) else ""


@pytest.fixture(scope="module")
def everyone(database: Database) -> list[Read]:
    with database.read() as connection:
        return [Read(each) for each in rows.get(connection, [u.user_id for u in USERS]).values()]


asked = st.builds(
    DeskFilters,
    lane=st.sampled_from(("", "", *KycLane)),
    search=st.sampled_from(("", "", "", "ana", "example", "carlos", "zzz")),
    country=st.sampled_from(("", "", "CO", "MX")),
    language=st.sampled_from(("", "", "es")),
    user_type=st.sampled_from(("", "", "personal")),
    by=st.sampled_from(("", "", *STAFF.values(), "else@example.com")),
    due=st.sampled_from(("", "", *Due)),
    age=st.sampled_from(("", "", *AGES)),
    sort=st.sampled_from(DeskOrder),
    limit=st.sampled_from((9, 25)),
)
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def plainly(everyone: list[Read], filters: DeskFilters) -> list[UUID]:
    here = [each for each in everyone if each.fits(filters)]
    is_closed = filters.lane and filters.lane not in WAITING
    newest_first = is_closed or filters.sort is DeskOrder.NEWEST
    here.sort(key=lambda each: (each.since_at, each.user.id), reverse=bool(newest_first))
    return [each.user.user_id for each in here]


@given(filters=asked)
@SETTINGS
def test_forward_and_backward_every_page_has_the_rows_of_a_plain_reading(
    database: Database, everyone: list[Read], filters: DeskFilters
) -> None:
    desk, expected = desk_of(database), plainly(everyone, filters)
    pages = [desk.find(filters, ZONE, names_hidden=False)]
    while pages[-1].after:
        filters = replace(filters, after=pages[-1].after)
        pages.append(desk.find(filters, ZONE, names_hidden=False))
    assert [row.user.user_id for page in pages for row in page.rows] == expected
    assert {page.total for page in pages} == {len(expected)}
    for ahead, page in pairwise(pages):
        back = replace(filters, after="", before=page.before)
        again = desk.find(back, ZONE, names_hidden=False)
        assert [each.user.id for each in again.rows] == [each.user.id for each in ahead.rows]


@given(filters=asked)
@SETTINGS
def test_every_count_is_that_of_the_list_it_opens(
    database: Database, everyone: list[Read], filters: DeskFilters
) -> None:
    page = desk_of(database).find(filters, ZONE, names_hidden=False)
    for name in FILTERS:
        values = {each.values[name] for each in everyone} | {""}
        for value in values:
            opened = filters.changed(**{name: value})
            count = len(plainly(everyone, opened))
            assert page.counts[name].get(value, 0) == count, (name, value)


def test_rows_say_where_and_since_when_they_wait(database: Database, everyone: list[Read]) -> None:
    desk = desk_of(database)
    lanes = [each.lane for each in everyone]
    assert {*KycLane, None} == set(lanes)
    for each in everyone:
        row = desk.row(each.user.user_id)
        told = (row.lane, row.since_at) if row else (None, each.since_at)
        assert told == (each.lane, each.since_at)
