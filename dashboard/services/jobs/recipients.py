"""A list of users who get an email with their active link, and of those who don't, and why."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID

from dashboard.services.desk.filters import KycLane
from dashboard.services.desk.models import DeskRow
from dashboard.services.texts.texts import Language, Message
from dashboard.store.contacts.log import LastContact
from dashboard.store.jobs.rows import NewRow

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


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


OF_LANE = {
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

    Users contacted from `since` on are left out, now and when their email is sent. `left_out` has
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
