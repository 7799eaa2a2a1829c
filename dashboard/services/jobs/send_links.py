"""The kind of job that emails users their active verification link.

The link is read when its email is sent: no row of a job has one. The API is asked first, so that
no one gets a text of an earlier situation.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from dashboard.partner.errors import (
    HELD_BACK,
    CredentialsRefused,
    NotFound,
    PartnerError,
    RateLimited,
    Unavailable,
)
from dashboard.services.actions import Action
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.conflicts import (
    AnotherBodyError,
    BusyElsewhere,
    InProgress,
    Superseded,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    MayHaveHappened,
    Refused,
    RefusedBefore,
    Succeeded,
    SucceededBefore,
)
from dashboard.services.attempts.withdrawing import StillWanted
from dashboard.services.contacts.mail import (
    Check,
    Letter,
    Mailed,
    MailLimitReached,
    MailRefused,
    UserMail,
)
from dashboard.services.contacts.ways import can_get_mail
from dashboard.services.desk.desk import Desk
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.kinds import JobWaits, Kind, Later, RowEnd, RowResult, UnderWay
from dashboard.services.jobs.sending import RecipientFinder, Sending
from dashboard.services.permissions import Permission
from dashboard.services.texts.situations import Situation
from dashboard.services.texts.texts import Language, Message, Texts
from dashboard.services.users.record import UserRecord
from dashboard.services.users.search import Users
from dashboard.store.contacts import log as contacts
from dashboard.store.db.database import Transaction
from dashboard.store.jobs.leases import DueRow
from dashboard.store.jobs.states import RowState
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import leading

NOW = timedelta()
SHORTLY = timedelta(seconds=10)
MAIL_WAIT = timedelta(seconds=60)  # as long as a lease may be
WHY_NOT = {
    Situation.CAN_OPERATE: RowEnd(RowState.ALREADY, "active"),
    Situation.LINK_EXPIRED: RowEnd(RowState.REFUSED, "link_expired"),
    Situation.SUSPENDED: RowEnd(RowState.REFUSED, "not_pending"),
    Situation.BANNED: RowEnd(RowState.REFUSED, "not_pending"),
    Situation.OTHER: RowEnd(RowState.REFUSED, "not_pending"),
}
NO_LINK = RowEnd(RowState.REFUSED, "no_link")


class _NotSentError(Exception):
    """Undoes the recording."""

    def __init__(self, result: RowResult) -> None:
        super().__init__()
        self.result = result


class SendLinkKind:
    """Sends the email of each row, once."""

    def __init__(
        self, base: Foundation, attempts: Attempts, users: Users, texts: Texts, mail: UserMail
    ) -> None:
        self._clock = base.clock
        self._attempts = attempts
        self._users = users
        self._texts = texts
        self._mail = mail

    def run(
        self, row: DueRow, intent: Intent, actor: Actor, is_still_wanted: StillWanted
    ) -> RowResult:
        """Email the user of a row."""
        if earlier := self._attempts.find_earlier(intent.nonce):  # its worker died
            return _end(earlier, self._clock())
        if reached := self._mail.find_limit():
            return JobWaits(reached.next_at)
        try:
            letter, check = self._write(row, actor, is_still_wanted)
            result = self._mail.send(intent, letter, actor, check)
        except _NotSentError as not_sent:
            return not_sent.result
        except PartnerError as error:
            return _not_asked(error)
        except AnotherBodyError:  # another worker has just sent the row, with another text
            return UnderWay()
        return _end(result, self._clock())

    def _write(
        self, row: DueRow, actor: Actor, is_still_wanted: StillWanted
    ) -> tuple[Letter, Check]:
        """Write the email of a row, for the user as the API has them now.

        Raises:
            PartnerError: the API does not say how the user is.
            _NotSentError: the email doesn't fit them any more.

        """
        if row.user_id is None:
            raise _NotSentError(NO_LINK)
        record = self._users.ask(row.user_id, actor)
        message = self._texts.message(
            record.user, record.next_step, Language(row.content["language"] or "")
        )
        if message is None:  # a start is being sent
            raise _NotSentError(Later(SHORTLY))
        if why := _why_not(row, record, message):
            raise _NotSentError(why)
        letter = Letter(
            row.email, message.subject, message.body, message.language, message.situation
        )
        return letter, partial(self._check, row, row.user_id, message.link, is_still_wanted)

    def _check(
        self,
        row: DueRow,
        user_id: UUID,
        link: str,
        is_still_wanted: StillWanted,
        transaction: Transaction,
    ) -> None:
        """Raise _NotSentError if the email should not be sent, at the moment it is recorded."""
        if not is_still_wanted(transaction):
            raise _NotSentError(Later(NOW))
        last = contacts.last_of(transaction, [user_id]).get(user_id)
        if last and last.at >= datetime.fromisoformat(row.content["since"] or ""):
            raise _NotSentError(RowEnd(RowState.ALREADY, "contacted"))
        inquiry = leading(inquiries.of_user(transaction, user_id))
        if inquiry is None or self._texts.link_of(inquiry) != link:
            raise _NotSentError(NO_LINK)


def _why_not(row: DueRow, record: UserRecord, message: Message) -> RowEnd | None:
    """Return why the email of a row no longer fits its user."""
    if message.situation is not Situation.LINK_FRESH:
        return WHY_NOT.get(message.situation, NO_LINK)
    if record.user.email != row.email or not can_get_mail(row.email):
        return RowEnd(RowState.REFUSED, "address_changed")
    if str(message.revision) != row.content["revision"]:
        return RowEnd(RowState.REFUSED, "text_changed")
    return None


def _not_asked(error: PartnerError) -> RowResult:
    """Return what follows where the API did not say how the user is. Nothing was recorded."""
    match error:
        case NotFound():
            return RowEnd(RowState.REFUSED, "user_gone")
        case Unavailable(kind=kind) if kind in HELD_BACK:
            return Later(SHORTLY)
        case RateLimited():
            return Later(SHORTLY)
        case Unavailable() | CredentialsRefused():
            return Later(SHORTLY, is_try=True)
        case _:
            return RowEnd(RowState.REFUSED, "refused", said=error.reason)


def _end(result: Mailed, now: datetime) -> RowResult:  # noqa: PLR0911  one case a result
    match result:
        case Succeeded() | SucceededBefore():
            return RowEnd(RowState.DONE, "emailed")
        case MailRefused():
            return _refused(result, now)
        case MailLimitReached():
            return JobWaits(result.next_at)
        case Superseded():
            return RowEnd(RowState.ALREADY, "contacted")
        case BusyElsewhere():
            return Later(SHORTLY)
        case InProgress():
            return UnderWay()
        case MayHaveHappened():
            return RowEnd(RowState.UNCONFIRMED, "email_lost")
        case Refused() | RefusedBefore():
            return RowEnd(RowState.REFUSED, "mail_refused")


def _refused(refusal: MailRefused, now: datetime) -> RowResult:
    """Return what follows from an email that was certainly not sent."""
    said = f"{refusal.status or ''} {refusal.said}".strip()
    if not refusal.is_temporary:
        detail = "address_refused" if refusal.is_about_recipient else "mail_refused"
        return RowEnd(RowState.REFUSED, detail, said=said)
    row = Later(NOW, is_used=True, is_try=True, gives_up="mail_unavailable")
    if refusal.is_about_recipient:  # the server would take another one
        return Later(MAIL_WAIT, is_used=True, is_try=True, gives_up="mail_unavailable")
    return JobWaits(now + MAIL_WAIT, row)


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
