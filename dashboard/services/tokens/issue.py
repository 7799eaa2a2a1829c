"""Issuing a user's token: the token exists in one answer and nowhere else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from dashboard.partner.client import PrivyLogin
from dashboard.partner.errors import PartnerError
from dashboard.partner.responses import Answer, IssuedToken
from dashboard.services.attempts.attempts import Attempt, Attempts, Details
from dashboard.services.attempts.conflicts import (
    AlreadySent,
    Before,
)
from dashboard.services.attempts.intents import Intent
from dashboard.services.tokens.hourly_limit import TokenLimit, TokenLimitError
from dashboard.services.tokens.jwt_claims import expiry, read_claims, shown
from dashboard.services.tokens.lifetime import LIFETIME
from dashboard.services.tokens.outcomes import (
    Issued,
    IssuedBefore,
    MayExist,
    Purpose,
    Result,
    WasRefused,
)
from dashboard.store.audit.chain import Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.tokens import grants
from dashboard.store.tokens.grants import Grant
from dashboard.store.users import sightings
from dashboard.store.users.sightings import SeenFacts, Sighting

__all__ = ["PrivyLogin", "Tokens"]

PAGE = 50
PRIVY_SPAN = timedelta(days=30)


class Issuer(Protocol):
    """Where tokens come from: the live API."""

    def exchange_token(self, user_id: UUID) -> Answer[IssuedToken]:
        """Issue one; raises PartnerError."""

    def exchange_privy_token(self, login: PrivyLogin) -> Answer[IssuedToken]:
        """Issue one for whoever logged in with Privy; raises PartnerError."""


@dataclass(frozen=True)
class Ledger:
    """A page of grants, and their users as last seen.

    `privy` counts the deprecated exchanges of the last 30 days, on whatever page they are.
    """

    grants: tuple[Grant, ...]
    seen: Mapping[UUID, Sighting]
    more: bool
    privy: int


class Tokens:
    """Issues tokens, and keeps who had one issued for whom, why, and until when."""

    def __init__(
        self, issuer: Issuer, attempts: Attempts, limit: TokenLimit, database: Database
    ) -> None:
        self._issuer = issuer
        self._attempts = attempts
        self._limit = limit
        self._database = database

    def issue(self, intent: Intent, why: Purpose, *, request_id: str) -> Result:
        """Issue a token for the intent's user, or tell what was done before.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            Forbidden: the user's status does not allow it.
            PartnerError: the API refused, or could not be reached; no token was issued.
            NotRecordedError: nothing could be recorded, so nothing was sent.
            OutcomeLostError: what came of it could not be recorded; no token is shown.
            TokenLimitError: the hourly limit is reached; nothing was sent.

        """
        if (user_id := intent.subject_id) is None:
            raise LookupError("an intent about nobody")
        started = self._start(
            intent, why, {"reason": why.reason, "ticket": why.ticket}, {}, request_id
        )
        return self._exchange(started, lambda: self._issuer.exchange_token(user_id))

    def exchange_privy(
        self, intent: Intent, login: PrivyLogin, why: Purpose, *, request_id: str
    ) -> Result:
        """Exchange a Privy token the same way; whose it is, is known from the answer alone.

        Until then the token alone says who it is about, so that it is what tells two forms apart.

        Raises: as `issue`.
        """
        started = self._start(intent, why, login.body(), {"exchange": "privy"}, request_id)
        return self._exchange(started, lambda: self._issuer.exchange_privy_token(login))

    def ledger(self, before: int | None) -> Ledger:
        """Return a page of all grants, newest first."""
        since = self._attempts.now() - PRIVY_SPAN
        with self._database.read() as connection:
            rows = grants.before(connection, before, PAGE + 1)
            page = rows[:PAGE]
            users = {grant.user_id for grant in page if grant.user_id}
            seen = sightings.newest(connection, users)
            privy = grants.count_privy(connection, since)
        return Ledger(tuple(page), seen, more=len(rows) > PAGE, privy=privy)

    def _start(
        self,
        intent: Intent,
        why: Purpose,
        body: Mapping[str, str | None],
        details: Details,
        request_id: str,
    ) -> Attempt | Before:
        at = self._attempts.now()

        def keep(connection: Transaction, seq: int) -> None:
            self._limit.require(connection, intent.staff_id, intent.subject_id)
            grants.add(
                connection,
                user_id=intent.subject_id,
                staff_id=intent.staff_id,
                attempt_seq=seq,
                reason=why.reason,
                ticket=why.ticket,
                at=at,
                expires_at=at + LIFETIME,
            )

        try:
            return self._attempts.start(
                intent,
                body,
                request_id=request_id,
                reason=why.reason,
                details={"ticket": why.ticket, **details},
                effect=keep,
            )
        except TokenLimitError as error:
            self._limit.refused(intent, error, request_id=request_id)
            raise

    def _exchange(
        self, started: Attempt | Before, call: Callable[[], Answer[IssuedToken]]
    ) -> Result:
        if isinstance(started, AlreadySent):
            return _before(started)
        if not isinstance(started, Attempt):
            return started
        with self._attempts.watched(started):
            try:
                answer = call()
            except PartnerError as error:
                self._attempts.failed(started, error, effect=grants.forget)
                if not error.outcome_unknown:
                    raise
                return MayExist(started.at + LIFETIME)
            issued, key_id = self._read(answer)
            self._attempts.finish(
                started,
                Outcome.SUCCEEDED,
                {
                    "took_ms": answer.took_ms,
                    "fingerprint": issued.fingerprint,
                    "new_user": answer.value.is_new_user,
                },
                effect=lambda connection, seq: _keep(connection, seq, issued, key_id, answer),
                subject_id=issued.user_id,
            )
        return issued

    def _read(self, answer: Answer[IssuedToken]) -> tuple[Issued, str]:
        token = answer.value.access_token.get_secret_value()
        claims = read_claims(token)
        expires_at = expiry(claims, answer.at)
        fingerprint, key_id = self._attempts.fingerprint(token)
        issued = Issued(
            token=token,
            user_id=answer.value.user_id,
            email=answer.value.email,
            is_new_user=answer.value.is_new_user is True,
            claims=shown(claims),
            expires_at=expires_at or answer.at + LIFETIME,
            expiry_is_a_claim=expires_at is not None,
            fingerprint=fingerprint[:16],
        )
        return issued, key_id


def _keep(
    connection: Transaction, seq: int, issued: Issued, key_id: str, answer: Answer[IssuedToken]
) -> None:
    """Keep the grant, and whom it is for as the answer has them."""
    grants.issued(
        connection,
        seq,
        user_id=issued.user_id,
        expires_at=issued.expires_at,
        fingerprint=issued.fingerprint,
        key_id=key_id,
        credential=answer.credential,
    )
    facts = SeenFacts(issued.user_id, issued.email, answer.value.status_text, None, None, None)
    sightings.record(connection, [facts], answer.at)


def _before(repeated: AlreadySent) -> Result:
    match repeated.outcome:
        case Outcome.SUCCEEDED:
            return IssuedBefore(repeated.attempted_at)
        case Outcome.REJECTED:
            return WasRefused(repeated.attempted_at)
        case _:
            return MayExist(repeated.attempted_at + LIFETIME)
