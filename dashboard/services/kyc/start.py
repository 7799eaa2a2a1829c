"""Starting KYC: possible only once, with the only copy of the link."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from dashboard.partner.errors import Conflict
from dashboard.partner.payloads import KycApplicant
from dashboard.partner.responses import Answer, KycStarted
from dashboard.services.actors import Actor, Via
from dashboard.services.attempts.attempts import Attempts, OutcomeLostError
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    Failure,
    MayHaveHappened,
    NotSent,
    Operation,
    Refused,
    RefusedBefore,
    Result,
    Sent,
    Succeeded,
    SucceededBefore,
)
from dashboard.services.attempts.withdrawing import StillWanted, Withdrawn, always
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.inquiries import lost_before
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.recorder.recorder import Details
from dashboard.services.seen import SeenUsers
from dashboard.store.db.database import Transaction
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry, leading
from dashboard.store.kyc.states import InquiryState
from dashboard.store.users import sightings
from dashboard.store.users.sightings import Sighting
from dashboard.text.emails import comparable

__all__ = ["KycApplicant", "KycStarts", "KycState", "NotKept", "Recorded", "Started"]

log = structlog.get_logger()


class Starter(Protocol):
    """Where KYC is started: the live API."""

    def start_kyc(self, user_id: UUID, applicant: KycApplicant) -> Answer[KycStarted]:
        """Start KYC; raises PartnerError."""


@dataclass(frozen=True)
class NotKept:
    """KYC was started, and our database failed then: this is the only copy of the link."""

    inquiry_id: str | None = field(repr=False)
    verification_url: str | None = field(repr=False)


@dataclass(frozen=True)
class Recorded:
    """There is an outcome, of now or before; the user's KYC page shows it.

    `another_email`: the identity check goes to an email other than the registered one.
    """

    another_email: bool


@dataclass(frozen=True)
class KycState:
    """A user's KYC as we know it, without asking the API.

    `lost` is our own start whose answer was lost, where it most likely explains a 409.
    """

    inquiry: Inquiry | None
    last_seen: Sighting | None
    lost: Inquiry | None = None


@dataclass(frozen=True)
class StartedBefore:
    """KYC was started before, as we know. Nothing was sent, and nothing is recorded."""


class _StartWithdrawnError(Exception):
    """Undoes the recording."""

    def __init__(self, why: Withdrawn | StartedBefore) -> None:
        super().__init__()
        self.why = why


Started = Recorded | NotKept | Refused | NotSent
StartResult = Result[Answer[KycStarted]] | NotKept


@dataclass
class _Start(Operation[Answer[KycStarted]]):
    """One start; what is answered also tells what came of starts whose answer was lost."""

    user_id: UUID
    applicant: KycApplicant
    starter: Starter
    reconciler: KycReconciler
    seen: SeenUsers
    by: Actor
    anyway: bool
    is_still_wanted: StillWanted
    started: KycStarted | None = field(default=None, init=False)

    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        """Keep the inquiry; raises _StartWithdrawnError."""
        if not self.is_still_wanted(transaction):
            raise _StartWithdrawnError(Withdrawn())
        if not self.anyway and inquiries.of_user(transaction, self.user_id):
            raise _StartWithdrawnError(StartedBefore())
        inquiry = Inquiry(self.user_id, InquiryState.UNKNOWN, at)
        inquiries.add(transaction, inquiry, self.intent.staff_id, seq)

    def send(self) -> Sent[Answer[KycStarted]]:
        answer = self.starter.start_kyc(self.user_id, self.applicant)
        self.started = answer.value
        details: Details = {"took_ms": answer.took_ms, "upstream_request": answer.request_id}
        if left_out := "; ".join(map(str, answer.value.problems)):
            details = {**details, "not_kept": left_out}
        return Sent(answer, details)

    def rejected(self, error: Failure, transaction: Transaction, seq: int) -> None:
        if not isinstance(error, Conflict):
            inquiries.forget(transaction, seq)
            return
        inquiries.set_state(transaction, seq, InquiryState.ELSEWHERE, request_id=error.request_id)
        self.reconciler.in_progress(transaction, self.user_id, self.by)

    def succeeded(self, answer: Answer[KycStarted], transaction: Transaction, seq: int) -> None:
        inquiries.set_state(
            transaction,
            seq,
            InquiryState.HELD,
            inquiry_id=answer.value.inquiry_id,
            verification_url=answer.value.verification_url,
            request_id=answer.request_id,
        )
        self.reconciler.started(transaction, self.user_id, self.by)
        name = f"{self.applicant.first_name} {self.applicant.last_name}"
        self.seen.learn_name(transaction, self.user_id, name)


class KycStarts:
    """Starts KYC and stores the outcome."""

    def __init__(
        self,
        starter: Starter,
        attempts: Attempts,
        reconciler: KycReconciler,
        base: Foundation,
    ) -> None:
        self._starter = starter
        self._attempts = attempts
        self._reconciler = reconciler
        self._database = base.database
        self._seen = base.seen

    def get(self, user_id: UUID) -> KycState:
        """Return a user's KYC as we know it."""
        with self._database.read() as connection:
            known = inquiries.of_user(connection, user_id)
            seen = sightings.history(connection, user_id, 1)
        inquiry = leading(known)
        lost = lost_before(inquiry, known) if inquiry else None
        return KycState(inquiry, seen[0] if seen else None, lost)

    def start(self, intent: Intent, applicant: KycApplicant, actor: Actor) -> Started:
        """Start KYC for the intent's user, or return what was done before.

        A 409 and a lost answer are outcomes too: they are recorded, and the page shows them.

        Raises: as `Attempts.perform`; OutcomeLostError only where no link came either.
        """
        result = self.start_if(intent, applicant, actor, always, anyway=True)
        match result:
            case Succeeded() | SucceededBefore() | MayHaveHappened() | Refused(Conflict()):
                return Recorded(_is_another(applicant, intent))
            case RefusedBefore() if intent.subject_id and self.get(intent.subject_id).inquiry:
                return Recorded(_is_another(applicant, intent))
            case Withdrawn() | StartedBefore():
                raise AssertionError("always wanted")
            case _:
                return result

    def start_if(
        self,
        intent: Intent,
        applicant: KycApplicant,
        actor: Actor,
        is_still_wanted: StillWanted,
        *,
        anyway: bool,
    ) -> StartResult | Withdrawn | StartedBefore:
        """Start KYC, if `is_still_wanted` agrees in the transaction that records it.

        A user whose KYC was started before, as we know, is sent only `anyway`. Another spelling
        of the registered email is sent as it is registered.

        Raises: as `start`.
        """
        if intent.subject_id is None:
            raise LookupError("an intent without a user")
        another_email = _is_another(applicant, intent)
        if intent.email and not another_email:
            applicant = replace(applicant, email=intent.email)
        start = _Start(
            intent,
            applicant.body(),
            {"email_changed": another_email},
            intent.subject_id,
            applicant,
            self._starter,
            self._reconciler,
            self._seen,
            replace(actor, via=Via.NEW_ATTEMPT),
            anyway,
            is_still_wanted,
        )
        try:
            return self._attempts.perform(start, actor)
        except _StartWithdrawnError as withdrawn:
            return withdrawn.why
        except OutcomeLostError as error:
            if start.started is None:
                raise
            log.error("link_not_kept", cause=str(error))  # noqa: TRY400  the cause is named
            return NotKept(start.started.inquiry_id, start.started.verification_url)


def _is_another(applicant: KycApplicant, intent: Intent) -> bool:
    """Return whether the identity check goes to an email other than the registered one."""
    return comparable(applicant.email) != comparable(intent.email or "")
