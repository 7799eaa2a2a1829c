"""Emailing many users their active link: who gets one, and the kind of job that sends them."""

from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.actions import Action
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intent
from dashboard.services.contacts.mail import MailLimitReached, UserMail
from dashboard.services.desk.desk import Desk
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.jobs import JobPage
from dashboard.services.jobs.kinds import Kind
from dashboard.services.jobs.recipients import RecipientFinder, hours_of
from dashboard.services.jobs.send_links import SendLinkKind
from dashboard.services.permissions import Permission
from dashboard.services.texts.texts import Texts
from dashboard.services.users.search import Users
from dashboard.store.db.database import Database
from dashboard.store.jobs import jobs
from dashboard.store.jobs.jobs import JobKind
from dashboard.store.jobs.states import JobState


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


@dataclass(frozen=True)
class SendingNeeds:
    """The services of other areas that emails to many users are made of."""

    attempts: Attempts
    users: Users
    texts: Texts
    mail: UserMail
    desk: Desk


def build_sending(
    base: Foundation, needs: SendingNeeds, budget: BackgroundBudget, *, rows_most: int, is_on: bool
) -> Sending:
    """Build them. They are `is_on` where emails to users are set up."""
    work = SendLinkKind(base, needs.attempts, needs.users, needs.texts, needs.mail)
    recipients = RecipientFinder(
        base.database, needs.desk, needs.texts, needs.mail, budget, rows_most=rows_most
    )
    kind = Kind(Permission.KYC_BULK, Action.CONTACTS_MAIL, work, calls_api=True, is_on=is_on)
    return Sending(kind, recipients, needs.mail, base.database)
