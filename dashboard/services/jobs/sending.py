"""Emailing many users their active link: who gets one, and the kind of job that sends them."""

from dataclasses import dataclass

from dashboard.services.actions import Action
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intent
from dashboard.services.contacts.mail import UserMail
from dashboard.services.desk.desk import Desk
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.kinds import Kind
from dashboard.services.jobs.recipients import RecipientFinder
from dashboard.services.jobs.send_links import SendLinkKind
from dashboard.services.permissions import Permission
from dashboard.services.texts.texts import Texts
from dashboard.services.users.search import Users
from dashboard.store.db.database import Database
from dashboard.store.jobs import jobs


@dataclass(frozen=True)
class Sending:
    """The kind of job, and what its page needs."""

    kind: Kind
    recipients: RecipientFinder
    database: Database

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
    return Sending(kind, recipients, base.database)
