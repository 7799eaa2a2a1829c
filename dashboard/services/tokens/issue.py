"""Issuing a user's token: the token exists in one answer and nowhere else."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dashboard.partner.payloads import PrivyLogin
from dashboard.partner.responses import Answer, IssuedToken
from dashboard.services.actors import Actor
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import (
    Failure,
    NotSent,
    Operation,
    Refused,
    Sent,
    Succeeded,
)
from dashboard.services.foundation import Foundation
from dashboard.services.jwt_claims import Claim, expiry, read_claims, shown
from dashboard.services.recorder.recorder import Details
from dashboard.services.seen import SeenUsers
from dashboard.services.tokens.fingerprints import Fingerprints
from dashboard.services.tokens.hourly_limit import TokenLimit, TokenLimitError, TokenLimitReached
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.store.db.database import Transaction
from dashboard.store.directory.rows import SeenUser
from dashboard.store.tokens import grants

__all__ = ["Asked", "Issued", "LimitReached", "PrivyLogin", "Purpose", "Tokens"]


class Issuer(Protocol):
    """Where tokens come from: the live API."""

    def exchange_token(self, user_id: UUID) -> Answer[IssuedToken]:
        """Issue one; raises PartnerError."""

    def exchange_privy_token(self, login: PrivyLogin) -> Answer[IssuedToken]:
        """Issue a token for the person who logged in with Privy; raises PartnerError."""


@dataclass(frozen=True)
class Purpose:
    """The stated purpose of a token."""

    reason: str
    ticket: str | None


@dataclass(frozen=True)
class Issued:
    """A token, for the one page that shows it."""

    token: str = field(repr=False)
    user_id: UUID
    email: str = field(repr=False)
    is_new_user: bool
    claims: tuple[Claim, ...]
    expires_at: datetime
    expiry_is_a_claim: bool
    fingerprint: str
    receipt: int


@dataclass(frozen=True)
class LimitReached:
    """An hourly limit leaves no token now. Nothing was sent."""

    limit: TokenLimitReached
    retry_after_s: int


Asked = Issued | LimitReached | Refused | NotSent


@dataclass(frozen=True)
class _Exchanged:
    """A token for its page, and what is kept of it."""

    issued: Issued
    key_id: str
    answer: Answer[IssuedToken]


@dataclass
class _Exchange(Operation[_Exchanged]):
    """One token: of the intent's user, or of the user that the answer to a Privy log-in names."""

    why: Purpose
    issuer: Issuer
    limit: TokenLimit
    seen: SeenUsers
    fingerprints: Fingerprints
    privy: PrivyLogin | None = None
    seq: int = 0  # of the attempt, once it is recorded

    def opened(self, transaction: Transaction, seq: int, at: datetime) -> None:
        """Keep the grant; raises TokenLimitError."""
        self.seq = seq
        self.limit.require(transaction, self.intent.staff_id, self.intent.subject_id)
        grants.add(
            transaction,
            user_id=self.intent.subject_id,
            staff_id=self.intent.staff_id,
            attempt_seq=seq,
            reason=self.why.reason,
            ticket=self.why.ticket,
            at=at,
            expires_at=at + LIFETIME,
        )

    def send(self) -> Sent[_Exchanged]:
        if self.privy:
            answer = self.issuer.exchange_privy_token(self.privy)
        elif self.intent.subject_id:
            answer = self.issuer.exchange_token(self.intent.subject_id)
        else:
            raise LookupError("an intent without a user")
        token = answer.value.access_token.get_secret_value()
        claims = read_claims(token)
        expires_at = expiry(claims, answer.at)
        fingerprint, key_id = self.fingerprints.of(token)
        issued = Issued(
            token=token,
            user_id=answer.value.user_id,
            email=answer.value.email,
            is_new_user=answer.value.is_new_user is True,
            claims=shown(claims),
            expires_at=expires_at or answer.at + LIFETIME,
            expiry_is_a_claim=expires_at is not None,
            fingerprint=fingerprint,
            receipt=self.seq,
        )
        details: Details = {
            "took_ms": answer.took_ms,
            "fingerprint": issued.fingerprint,
            "new_user": answer.value.is_new_user,
        }
        return Sent(_Exchanged(issued, key_id, answer), details, issued.user_id)

    def rejected(self, _error: Failure, transaction: Transaction, seq: int) -> None:
        grants.forget(transaction, seq)

    def succeeded(self, answer: _Exchanged, transaction: Transaction, seq: int) -> None:
        """Keep the grant, and its user as given in the answer."""
        issued, value = answer.issued, answer.answer.value
        grants.issued(
            transaction,
            seq,
            user_id=issued.user_id,
            expires_at=issued.expires_at,
            fingerprint=issued.fingerprint,
            key_id=answer.key_id,
            credential=answer.answer.credential,
        )
        facts = SeenUser(
            issued.user_id,
            issued.email,
            value.status_text,
            None,
            None,
            None,
            user_type=value.user_type,
        )
        self.seen.record(transaction, [facts], answer.answer.at)


class Tokens:
    """Issues tokens, and records who issued each for which user, why, and until when."""

    def __init__(
        self,
        issuer: Issuer,
        attempts: Attempts,
        limit: TokenLimit,
        fingerprints: Fingerprints,
        base: Foundation,
    ) -> None:
        self._issuer = issuer
        self._attempts = attempts
        self._limit = limit
        self._fingerprints = fingerprints
        self._database = base.database
        self._seen = base.seen

    def issue(
        self, intent: Intent, why: Purpose, actor: Actor, privy: PrivyLogin | None = None
    ) -> Asked:
        """Issue a token for the intent's user, or return what was done before.

        With a Privy log-in, only the answer says whose token it is. Until then the log-in says
        who it is about, so that it is what tells two forms apart.

        Raises: as `Attempts.perform`.
        """
        exchange = _Exchange(
            intent,
            privy.body() if privy else vars(why),
            {"ticket": why.ticket} | ({"exchange": "privy"} if privy else {}),
            why,
            self._issuer,
            self._limit,
            self._seen,
            self._fingerprints,
            privy,
            reason=why.reason,
        )
        try:
            result = self._attempts.perform(exchange, actor)
        except TokenLimitError as error:
            self._limit.refused(intent, error, actor)
            return LimitReached(error.reached, error.retry_after_s)
        return result.answer.issued if isinstance(result, Succeeded) else result

    def last_reason(self, staff_id: int, since: datetime) -> str | None:
        """Return the reason of the last token this person asked for since then."""
        with self._database.read() as connection:
            return grants.last_reason(connection, staff_id, since)
