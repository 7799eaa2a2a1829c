"""Starting KYC: the one start there is, and the only copy of its link."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from dashboard.partner.client import KycApplicant
from dashboard.partner.errors import Conflict, PartnerError
from dashboard.partner.responses import Answer, KycStarted
from dashboard.services.attempts.attempts import Attempt, Attempts, Details, OutcomeLostError
from dashboard.services.attempts.conflicts import AlreadySent, BusyElsewhere, InProgress, Superseded
from dashboard.services.attempts.intents import Intent
from dashboard.services.kyc.inquiries import lost_before, most_informative
from dashboard.services.kyc.reconcile import KycReconciler, new_attempt
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, InquiryState
from dashboard.store.users import sightings
from dashboard.store.users.sightings import Sighting
from dashboard.text.emails import comparable

__all__ = ["KycApplicant", "KycStarts", "KycState", "NotKept", "Recorded", "Started", "WasRefused"]

log = structlog.get_logger()


class Starter(Protocol):
    """Where KYC is started: the live API."""

    def start_kyc(self, user_id: UUID, applicant: KycApplicant) -> Answer[KycStarted]:
        """Start it; raises PartnerError."""


@dataclass(frozen=True)
class Recorded:
    """There is an outcome; the user's KYC page shows it."""


@dataclass(frozen=True)
class NotKept:
    """KYC was started, and our database failed at that moment: here is all that there is of it."""

    inquiry_id: str | None = field(repr=False)
    verification_url: str | None = field(repr=False)


@dataclass(frozen=True)
class WasRefused:
    """The same form was sent before, and the API refused it."""

    at: datetime


@dataclass(frozen=True)
class KycState:
    """What we know of a user's KYC, without asking anybody.

    `lost` is our own start whose answer was lost, where it most likely explains a 409.
    """

    inquiry: Inquiry | None
    last_seen: Sighting | None
    lost: Inquiry | None = None


Started = Recorded | NotKept | WasRefused | InProgress | BusyElsewhere | Superseded


class KycStarts:
    """Starts KYC and keeps what came of it."""

    def __init__(
        self,
        starter: Starter,
        attempts: Attempts,
        kyc_settlement: KycReconciler,
        database: Database,
    ) -> None:
        self._starter = starter
        self._attempts = attempts
        self._kyc_settlement = kyc_settlement
        self._database = database

    def get(self, user_id: UUID) -> KycState:
        """Return what we know."""
        with self._database.read() as connection:
            known = inquiries.of_user(connection, user_id)
            seen = sightings.history(connection, user_id)
        inquiry = most_informative(known)
        lost = lost_before(inquiry, known) if inquiry else None
        return KycState(inquiry, seen[0] if seen else None, lost)

    def start(self, intent: Intent, applicant: KycApplicant, *, request_id: str) -> Started:
        """Start KYC for the intent's user, or tell what was done before.

        Another spelling of the registered email is sent as it is registered.

        A 409 and a lost answer are outcomes too: they are recorded, and the page shows them.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            PartnerError: the API refused, or could not be reached; nothing was started.
            NotRecordedError: nothing could be recorded, so nothing was sent.
            OutcomeLostError: what came of it could not be recorded, and no link came with it.

        """
        user_id = _subject(intent)
        if not is_another_email(intent, applicant.email):
            applicant = replace(applicant, email=intent.email or applicant.email)
        started = self._attempts.start(
            intent,
            applicant.body(),
            request_id=request_id,
            details={"email_changed": is_another_email(intent, applicant.email)},
            effect=lambda connection, seq: inquiries.add(
                connection,
                Inquiry(user_id, InquiryState.UNKNOWN, self._attempts.now()),
                intent.staff_id,
                seq,
            ),
        )
        if isinstance(started, AlreadySent):
            refused = started.outcome is Outcome.REJECTED and not self.get(user_id).inquiry
            return WasRefused(started.attempted_at) if refused else Recorded()
        if not isinstance(started, Attempt):
            return started
        with self._attempts.watched(started):
            return self._send(started, user_id, applicant)

    def _send(self, attempt: Attempt, user_id: UUID, applicant: KycApplicant) -> Recorded | NotKept:
        """Send it; what is answered also tells what came of starts whose answer was lost."""
        by = new_attempt(attempt.intent.staff_id, attempt.request_id)
        try:
            answer = self._starter.start_kyc(user_id, applicant)
        except Conflict as error:
            asked = error.request_id

            def was_started(connection: Transaction, seq: int) -> None:
                inquiries.settle(connection, seq, InquiryState.ELSEWHERE, request_id=asked)
                self._kyc_settlement.in_progress(connection, user_id, by)

            self._attempts.failed(attempt, error, effect=was_started)
        except PartnerError as error:
            self._attempts.failed(attempt, error, effect=inquiries.forget)
            if not error.outcome_unknown:
                raise
        else:

            def starts(connection: Transaction, seq: int) -> None:
                inquiries.settle(
                    connection,
                    seq,
                    InquiryState.HELD,
                    inquiry_id=answer.value.inquiry_id,
                    verification_url=answer.value.verification_url,
                    request_id=answer.request_id,
                )
                self._kyc_settlement.started(connection, user_id, by)

            details: Details = {
                "took_ms": answer.took_ms,
                "upstream_request": answer.request_id,
                **_left_out(answer.value),
            }
            try:
                self._attempts.finish(attempt, Outcome.SUCCEEDED, details, effect=starts)
            except OutcomeLostError as error:
                log.error("link_not_kept", cause=str(error))  # noqa: TRY400  the cause is named
                return NotKept(answer.value.inquiry_id, answer.value.verification_url)
        return Recorded()


def is_another_email(intent: Intent, email: str) -> bool:
    """Say whether an identity check is to go to another email than the user's registered one."""
    return comparable(email) != comparable(intent.email or "")


def _left_out(started: KycStarted) -> Details:
    """Return what of the API's answer is not stored, for the audit log."""
    problems = "; ".join(map(str, started.problems))
    return {"not_kept": problems} if problems else {}


def _subject(intent: Intent) -> UUID:
    if intent.subject_id is None:
        raise LookupError("an intent about nobody")
    return intent.subject_id
