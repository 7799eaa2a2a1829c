"""The calls of a scenario: each write is in the audit log before it is sent."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dashboard.partner.errors import Unavailable
from dashboard.partner.http.messages import Request
from dashboard.partner.raw import calls
from dashboard.partner.raw.answer import RawAnswer
from dashboard.partner.raw.client import RawClient, SentKeys
from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import recording
from dashboard.services.attempts.intents import new_nonce
from dashboard.services.foundation import Foundation
from dashboard.services.jwt_claims import expiry, read_claims
from dashboard.services.lab.scenarios.points import Scenario
from dashboard.services.lab.tagging import tag_as_test
from dashboard.services.permissions import Permission
from dashboard.services.recorder.recorder import AuditRecorder, Details, Subject
from dashboard.services.tokens.fingerprints import Fingerprints
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Transaction
from dashboard.store.directory.rows import SeenUser
from dashboard.store.kyc import inquiries
from dashboard.store.kyc.inquiries import Inquiry
from dashboard.store.kyc.states import InquiryState
from dashboard.store.tokens import grants
from dashboard.text import limits

ACTIONS = {
    calls.USERS: Permission.USERS_REGISTER,
    calls.KYC: Permission.KYC_START,
    calls.TOKEN: Permission.TOKENS_ISSUE,
}
DONE, REFUSED = range(200, 300), range(400, 500)
_Effect = Callable[[Transaction, int], None]


@dataclass
class ScenarioCalls:
    """Sends the calls of one scenario for one actor."""

    client: RawClient
    base: Foundation
    recorder: AuditRecorder
    fingerprints: Fingerprints
    actor: Actor
    scenario: Scenario = Scenario.FLOW

    def read(
        self, request: Request, *, refusals: Collection[int] = (), keys: SentKeys = SentKeys.IN_USE
    ) -> RawAnswer:
        """Send a read. Raises Unavailable."""
        return self.client.send(request, refusals=refusals, keys=keys)

    def write(self, request: Request, *, refusals: Collection[int] = ()) -> RawAnswer:
        """Record a write, send it once, and record what came of it.

        A user that an answer tells is remembered and tagged, a link is stored. A token is not, but
        it has a receipt.

        Raises:
            Unavailable: it was held back or got no answer, which is recorded too.
            StoreError: it could not be recorded; before the call, nothing was sent.

        """
        nonce, at = new_nonce(), self.base.clock()
        details: Details = {"scenario": self.scenario}
        with recording(self.base.database) as transaction:
            seq = self.recorder.record(
                transaction,
                ACTIONS[request.template],
                self.actor,
                Subject.user(request.user_id),
                Outcome.ATTEMPTED,
                intent=nonce,
                details=details,
            )
            self._opened(transaction, request, seq, at)
        try:
            answer = self.client.send(request, refusals=refusals)
        except Unavailable as error:
            outcome = Outcome.UNKNOWN if error.outcome_unknown else Outcome.REJECTED
            self._finish(request, None, seq, nonce, outcome, {"error": error.kind})
            raise
        self._finish(request, answer, seq, nonce, _outcome(answer), self._details(answer))
        return answer

    def _opened(self, transaction: Transaction, request: Request, seq: int, at: datetime) -> None:
        if request.template == calls.KYC and request.user_id:
            started = Inquiry(request.user_id, InquiryState.UNKNOWN, at)
            inquiries.add(transaction, started, self.actor.staff_id, seq)
        if request.template == calls.TOKEN:
            grants.add(
                transaction,
                user_id=request.user_id,
                staff_id=self.actor.staff_id,
                attempt_seq=seq,
                reason=self.scenario.value,
                ticket=None,
                at=at,
                expires_at=at + LIFETIME,
            )

    def _finish(
        self,
        request: Request,
        answer: RawAnswer | None,
        seq: int,
        nonce: str,
        outcome: Outcome,
        details: Details,
    ) -> None:
        subject = request.user_id or (_user_in(answer) if answer else None)
        with self.base.database.write() as transaction:
            self.recorder.append_bounded(
                transaction,
                ACTIONS[request.template],
                self.actor,
                Subject.user(subject),
                outcome,
                attempt_seq=seq,
                intent=nonce,
                details=details,
            )
            self._keep(transaction, request, answer, seq, outcome)

    def _keep(
        self,
        transaction: Transaction,
        request: Request,
        answer: RawAnswer | None,
        seq: int,
        outcome: Outcome,
    ) -> None:
        """Keep what the API tells only once."""
        if request.template == calls.KYC and request.user_id:
            if answer and outcome is Outcome.SUCCEEDED:
                _keep_link(transaction, answer, seq)
            elif outcome is Outcome.REJECTED:
                inquiries.forget(transaction, seq)
        if request.template == calls.USERS and answer and outcome is Outcome.SUCCEEDED:
            self._keep_user(transaction, answer)
        if request.template == calls.TOKEN and outcome is Outcome.REJECTED:
            grants.forget(transaction, seq)
        elif request.template == calls.TOKEN and answer and request.user_id:
            self._keep_receipt(transaction, answer, request.user_id, seq)

    def _keep_user(self, transaction: Transaction, answer: RawAnswer) -> None:
        user_id, email = _user_in(answer), answer.text("data.user.email")
        if user_id and email and len(email) <= limits.EMAIL:
            status = limits.cut(answer.text("data.user.status"), limits.STATUS)
            seen = SeenUser(user_id, email, status, None, None, None)
            self.base.seen.record(transaction, [seen], answer.at)
            tag_as_test(transaction, self.recorder, user_id, self.actor, self.base.clock())

    def _keep_receipt(
        self, transaction: Transaction, answer: RawAnswer, user_id: UUID, seq: int
    ) -> None:
        if not (token := answer.text("accessToken")):
            return
        fingerprint, key_id = self.fingerprints.of(token)
        grants.issued(
            transaction,
            seq,
            user_id=user_id,
            expires_at=expiry(read_claims(token), answer.at) or answer.at + LIFETIME,
            fingerprint=fingerprint,
            key_id=key_id,
            credential=answer.credential,
        )

    def _details(self, answer: RawAnswer) -> Details:
        told: Details = {
            "scenario": self.scenario,
            "status": answer.status,
            "took_ms": answer.took_ms,
            "upstream_request": answer.request_id,
        }
        if token := answer.text("accessToken"):
            return {**told, "fingerprint": self.fingerprints.of(token)[0]}
        return told


def _outcome(answer: RawAnswer) -> Outcome:
    if answer.status in DONE:
        return Outcome.SUCCEEDED
    return Outcome.REJECTED if answer.status in REFUSED else Outcome.UNKNOWN


def _user_in(answer: RawAnswer) -> UUID | None:
    """Return the user that only the answer names."""
    try:
        return UUID(answer.text("data.user.id"))
    except ValueError:
        return None


def _keep_link(transaction: Transaction, answer: RawAnswer, seq: int) -> None:
    inquiry_id, link = answer.text("inquiryId"), answer.text("verificationUrl")
    inquiries.set_state(
        transaction,
        seq,
        InquiryState.HELD,
        inquiry_id=inquiry_id if 0 < len(inquiry_id) <= limits.INQUIRY_ID else None,
        verification_url=link if 0 < len(link) <= limits.URL else None,
        request_id=answer.request_id,
    )
