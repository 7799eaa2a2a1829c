"""Who gets an email with their active link, and who doesn't, and why. Makes no call to the API."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from dashboard.services.contacts.mail import UserMail
from dashboard.services.contacts.ways import can_get_mail
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import DeskFilters, KycLane
from dashboard.services.desk.models import DeskRow
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.readers import Reader
from dashboard.services.texts.texts import Language, Message, Texts, find_language
from dashboard.store.contacts.log import LastContact
from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.jobs.rows import NewRow

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
READ_MOST = 5_000  # users with an active link
LEFT_OUT_SHOWN = 200


class LeftOut(StrEnum):
    """Why a user gets no email."""

    NOT_SEEN = "not_seen"  # no answer of the API that we know names them
    NOT_PENDING = "not_pending"
    NOT_STARTED = "not_started"
    LINK_EXPIRED = "link_expired"
    ELSEWHERE = "elsewhere"  # the link isn't ours
    UNKNOWN = "unknown"  # a start that isn't confirmed
    NO_LINK = "no_link"  # what we have is no link that can be opened
    NO_EMAIL = "no_email"
    CONTACTED = "contacted"


_OF_LANE = {
    KycLane.NOT_STARTED: LeftOut.NOT_STARTED,
    KycLane.LINK_EXPIRED: LeftOut.LINK_EXPIRED,
    KycLane.ELSEWHERE: LeftOut.ELSEWHERE,
    KycLane.UNKNOWN: LeftOut.UNKNOWN,
    KycLane.BECAME_ACTIVE: LeftOut.NOT_PENDING,
    KycLane.CLOSED: LeftOut.NOT_PENDING,
}


@dataclass(frozen=True)
class Recipient:
    """A user who gets an email, in this language. `is_fallback`: we have no text in their own."""

    row: DeskRow
    started_at: datetime
    language: Language
    is_fallback: bool


@dataclass(frozen=True)
class LeftOutUser:
    """A user who gets none. `email` is "" for one who isn't known here."""

    user_id: UUID
    email: str
    name: str
    why: LeftOut
    contact: LastContact | None = None


@dataclass(frozen=True)
class Sample:
    """The message in one language, as one of the users will get it but for the link."""

    recipient: Recipient
    message: Message


@dataclass(frozen=True)
class Recipients:
    """A list of emails to send, at one moment.

    Who was contacted from `since` on is left out, now and when their email is sent. `left_out` has
    the first of them, `left_out_total` counts all. `has_more`: more users could get one than a job
    has rows. `per_hour` is how many emails all staff may send within an hour, `left_now` how many
    are left of them.
    """

    since: datetime
    chosen: tuple[Recipient, ...]
    left_out: tuple[LeftOutUser, ...]
    left_out_total: int
    has_more: bool
    samples: tuple[Sample, ...]
    per_hour: int
    left_now: int
    per_min: float

    @property
    def takes(self) -> timedelta:
        """Return how long a job with this list takes, by the hourly limit and the pace of calls."""
        pace = len(self.chosen) * MINUTE / self.per_min
        return max(pace, hours_of(len(self.chosen), self.left_now, self.per_hour))

    @property
    def fingerprint(self) -> str:
        """Return what tells this list and its text from any other."""
        texts = [f"{each.message.language} {each.message.revision}" for each in self.samples]
        users = [f"{each.row.user.user_id} {each.row.user.email}" for each in self.chosen]
        languages = [each.language.value for each in self.chosen]
        told = "\0".join([self.since.isoformat(), *texts, *users, *languages])
        return hashlib.sha256(told.encode()).hexdigest()

    def rows(self) -> list[NewRow]:
        """Return the rows of the job. They hold no link."""
        revisions = {each.message.language: each.message.revision for each in self.samples}
        return [
            NewRow(
                number,
                each.row.user.email,
                {
                    "language": each.language.value,
                    "revision": str(revisions[each.language]),
                    "since": self.since.isoformat(),
                },
                user_id=each.row.user.user_id,
            )
            for number, each in enumerate(self.chosen, start=1)
        ]


def hours_of(emails: int, left_now: int, per_hour: int) -> timedelta:
    """Return how long emails wait for the hourly limit."""
    return ceil(max(0, emails - left_now) / per_hour) * HOUR


class RecipientFinder:
    """Finds who gets an email."""

    def __init__(
        self,
        database: Database,
        desk: Desk,
        texts: Texts,
        mail: UserMail,
        budget: BackgroundBudget,
        *,
        rows_most: int,
    ) -> None:
        self._database = database
        self._desk = desk
        self._texts = texts
        self._mail = mail
        self._budget = budget
        self._rows_most = rows_most

    def find(self, user_ids: Sequence[UUID], since: datetime, reader: Reader) -> Recipients:
        """Return who of these users gets an email; of no users, everyone whose link is active."""
        found = self._of(user_ids) if user_ids else self._active(reader)
        chosen: list[Recipient] = []
        left_out: list[LeftOutUser] = []
        total, has_more = 0, False
        for row in found:
            sorted_ = row if isinstance(row, LeftOutUser) else self._sort(row, since)
            if isinstance(sorted_, LeftOutUser):
                left_out += [sorted_] if total < LEFT_OUT_SHOWN else []
                total += 1
            elif has_more := len(chosen) == self._rows_most:
                break
            else:
                chosen.append(sorted_)
        return Recipients(
            since=since,
            chosen=tuple(chosen),
            left_out=tuple(left_out),
            left_out_total=total,
            has_more=has_more,
            samples=tuple(self._samples(chosen)),
            per_hour=self._mail.per_hour,
            left_now=self._mail.count_left(),
            per_min=self._budget.read().per_min,
        )

    def _active(self, reader: Reader) -> Iterator[DeskRow]:
        """Give everyone of the desk whose link is active, the longest wait first."""
        return self._desk.walk(DeskFilters(lane=KycLane.LINK_FRESH), reader, READ_MOST)

    def _of(self, user_ids: Sequence[UUID]) -> Iterator[DeskRow | LeftOutUser]:
        """Give these users, in their order; those who aren't on the desk are left out."""
        listed = self._desk.rows(user_ids)
        with self._database.read() as connection:
            known = directory.get(connection, [each for each in user_ids if each not in listed])
        for user_id in dict.fromkeys(user_ids):
            if row := listed.get(user_id):
                yield row
            elif user := known.get(user_id):
                yield LeftOutUser(user_id, user.email, user.name, LeftOut.NOT_PENDING)
            else:
                yield LeftOutUser(user_id, "", "", LeftOut.NOT_SEEN)

    def _sort(self, row: DeskRow, since: datetime) -> Recipient | LeftOutUser:
        user, why = row.user, self._why_not(row, since)
        if why is None and row.inquiry:
            own = find_language(user.language)
            return Recipient(row, row.inquiry.started_at, own or Language.ENGLISH, own is None)
        return LeftOutUser(user.user_id, user.email, user.name, why or LeftOut.NO_LINK, row.contact)

    def _why_not(self, row: DeskRow, since: datetime) -> LeftOut | None:
        if why := _OF_LANE.get(row.lane):
            return why
        if row.inquiry is None or not self._texts.link_of(row.inquiry):
            return LeftOut.NO_LINK
        if not can_get_mail(row.user.email):
            return LeftOut.NO_EMAIL
        if row.contact and row.contact.at >= since:
            return LeftOut.CONTACTED
        return None

    def _samples(self, chosen: Iterable[Recipient]) -> Iterator[Sample]:
        """Give the message of the first user of each language."""
        first = {each.language: each for each in reversed(list(chosen))}
        for language in Language:
            if each := first.get(language):
                message = self._texts.sample(each.row.user, each.started_at, language)
                yield Sample(each, message)
