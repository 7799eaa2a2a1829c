"""Emailing many users their active link: who gets one, and what pages show of such a job."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.services.attempts.intents import Intent
from dashboard.services.contacts.mail import MailLimitReached, UserMail
from dashboard.services.contacts.ways import can_get_mail
from dashboard.services.desk.desk import Desk
from dashboard.services.desk.filters import DeskFilters, KycLane
from dashboard.services.desk.models import DeskRow
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.jobs.kinds import Kind
from dashboard.services.jobs.models import JobPage
from dashboard.services.jobs.recipients import (
    OF_LANE,
    LeftOut,
    LeftOutUser,
    Recipient,
    Recipients,
    Sample,
    hours_of,
)
from dashboard.services.readers import Reader
from dashboard.services.texts.texts import Language, Texts, find_language
from dashboard.store.db.database import Database
from dashboard.store.directory import rows as directory
from dashboard.store.jobs import jobs
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.states import JobState

READ_MOST = 5_000  # users with an active link
LEFT_OUT_SHOWN = 200


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
        """Return which of these users get an email; for no users, everyone whose link is active."""
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
        if why := OF_LANE.get(row.lane):
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


@dataclass(frozen=True)
class Sending:
    """The kind of job, and what its page needs."""

    kind: Kind
    recipients: RecipientFinder
    mail: UserMail
    database: Database

    def find_limit(self, page: JobPage) -> MailLimitReached | None:
        """Return the hourly limit of emails where a job waits for it."""
        job = page.counted.job
        waits = job.kind is JobKind.SEND_LINK and job.state is JobState.RUNNING
        return self.mail.find_limit() if waits and not job.is_over else None

    def time_left(self, page: JobPage) -> timedelta | None:
        """Return how long the rest of a job takes, by its pace and by the limit of emails."""
        if page.counted.job.kind is not JobKind.SEND_LINK or page.time_left is None:
            return page.time_left
        left_now, left = self.mail.count_left(), page.counted.left
        return max(page.time_left, hours_of(left, left_now, self.mail.per_hour))

    def find_started(self, intent: Intent) -> int | None:
        """Return the job that a form has started: once emails are sent, its list differs."""
        with self.database.read() as connection:
            return jobs.of_form(connection, intent.nonce)
