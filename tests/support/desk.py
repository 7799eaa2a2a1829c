"""The desk in tests, and a plain reading of who is on it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import KeyPurpose, Keyring
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import AGES, WAITING, DeskFilters, DeskOrder, Due, KycLane
from dashboard.services.desk.settings import DeskSettings, parse_due, parse_schedule
from dashboard.services.directory.box import Box
from dashboard.services.directory.places import SealedPlaces
from dashboard.services.kyc_links import KycLinks
from dashboard.services.readers import OF_ME, OF_NO_ONE, Reader
from dashboard.store.db.database import Database, Transaction
from dashboard.store.directory import rows
from dashboard.store.directory.entries import DirectoryUser
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.schema import staff
from dashboard.text.search import name_key
from tests.support.directory import START

LINK_TTL = timedelta(hours=24)
LAPSES = timedelta(hours=72)
ZONE = ZoneInfo("America/Bogota")
READER = Reader(1, ZONE, names_hidden=False)
DUE = parse_due("48, link_expired=24, unknown=240")
STAFF = {1: "ana@example.com", 2: "beto@example.com"}
STATES = (InquiryState.HELD, InquiryState.ELSEWHERE, InquiryState.UNKNOWN)
FILTERS = ("lane", "country", "language", "user_type", "by", "due", "age", "owner", "snoozed")
_KEYS = Keyring("a secret key that is as long as it has to be", [])


def desk_of(
    database: Database, clock: Callable[[], datetime], *, keeps_directory: bool = True
) -> Desk:
    """Return the desk of a database."""
    return Desk(
        database,
        clock,
        DeskSettings(keeps_directory, LINK_TTL, DUE, parse_schedule("1h=2m"), LAPSES),
        SealedPlaces(Encryptor(_KEYS.keys(KeyPurpose.PLACE))),
        Box(database, KycLinks(())),
    )


def add_staff(connection: Transaction) -> None:
    """Add two who start KYC."""
    for staff_id, email in STAFF.items():
        made = {"name": email[:3], "password_hash": "", "active": True, "created_at": START}
        connection.execute(insert(staff).values(id=staff_id, email=email, **made))


class ReadUser:
    """A user of the directory, and where they are on the desk, read plainly."""

    def __init__(self, user: DirectoryUser, now: datetime) -> None:
        self.user = user
        self.lane, self.since_at = _lane(user, now)
        waited = max(now - self.since_at, timedelta())
        is_waiting = self.lane in WAITING
        ages = [name for name, (least, less) in AGES.items() if least <= waited < less]
        self.values = {
            "lane": self.lane or "",
            "country": user.country_code,
            "language": user.language,
            "user_type": user.user_type,
            "by": STAFF.get(user.kyc_staff_id or 0, ""),
            "due": _due(self.since_at + DUE[self.lane], now) if is_waiting and self.lane else "",
            "age": ages[0] if is_waiting else "",
            "owner": _owner(user, now),
            "snoozed": "yes" if user.snoozed_until_at and user.snoozed_until_at > now else "",
        }

    def fits(self, filters: DeskFilters) -> bool:
        """Return whether filters leave them."""
        texts = (self.user.email.lower(), name_key(self.user.name))
        found = any(filters.search in text for text in texts)
        wanted = {name: getattr(filters, name) for name in FILTERS if getattr(filters, name)}
        wanted["snoozed"] = filters.snoozed
        if filters.owner == OF_ME:
            wanted["owner"] = STAFF[READER.staff_id]
        in_lanes = self.lane is not None if filters.lane else self.lane in WAITING
        return in_lanes and found and all(self.values[name] == wanted[name] for name in wanted)


def start(connection: Transaction, user: SeenUser, random: Random, at: datetime) -> None:
    """Start a user's KYC, with any outcome."""
    inquiry = Inquiry(user_id=user.user_id, state=random.choice(STATES), started_at=at)
    inquiries.add(connection, inquiry, random.choice((None, 1, 2)))


def change(connection: Transaction, user: SeenUser, random: Random, at: datetime) -> None:
    """Let something happen to a user who waits."""
    match random.randrange(8):
        case 0 | 1:
            rows.record(connection, [replace(user, status="active")], at)
        case 2:
            rows.record(connection, [replace(user, status="banned")], at)
        case 3:
            rows.mark_gone(connection, user.user_id, at)
        case 4:
            with_inquiry = inquiries.of_user(connection, user.user_id)
            if not with_inquiry:
                start(connection, user, random, at)


def listed(everyone: Iterable[ReadUser], filters: DeskFilters) -> list[ReadUser]:
    """Return who is on the list, in order."""
    is_closed = filters.lane and filters.lane not in WAITING
    newest_first = is_closed or filters.sort is DeskOrder.NEWEST
    return sorted(
        (each for each in everyone if each.fits(filters)),
        key=lambda each: (each.since_at, each.user.id),
        reverse=bool(newest_first),
    )


def _lane(user: DirectoryUser, now: datetime) -> tuple[KycLane | None, datetime]:
    if user.status != "pending" or user.gone_at:
        is_active = user.status == "active" and not user.gone_at
        lane = KycLane.BECAME_ACTIVE if is_active else KycLane.CLOSED
        is_recent = user.closed_at and user.closed_at > now - timedelta(days=7)
        return lane if is_recent else None, user.closed_at or START
    since = user.waits_from_at
    assert since
    match user.kyc_state:
        case "held" if since <= now - LINK_TTL:
            return KycLane.LINK_EXPIRED, since + LINK_TTL
        case "held":
            return KycLane.LINK_FRESH, since
        case "":
            return KycLane.NOT_STARTED, since
        case state:
            return KycLane(state), since


def _owner(user: DirectoryUser, now: datetime) -> str:
    if user.owner_active_at and user.owner_active_at > now - LAPSES:
        return STAFF[user.owner_id or 0]
    return OF_NO_ONE


def _due(due_at: datetime, now: datetime) -> str:
    midnight = datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time(), ZONE)
    if due_at <= now:
        return Due.OVERDUE
    return Due.TODAY if due_at < midnight.astimezone(UTC) else ""
