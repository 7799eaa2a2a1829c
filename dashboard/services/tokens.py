"""Issuing a user's token: the token exists in one answer and nowhere else."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError

from dashboard.partner.errors import PartnerError
from dashboard.partner.wire import Answer, IssuedToken
from dashboard.services.attempts import Attempts, Repeated, Running
from dashboard.services.intents import Intent
from dashboard.store import grants, sightings
from dashboard.store.audit import Outcome
from dashboard.store.database import Database
from dashboard.store.grants import Grant
from dashboard.store.sightings import Sighting

LIFETIME = timedelta(hours=1)  # contract: POST /auth/token
SHOWN = 20
PAGE = 50


class Issuer(Protocol):
    """Where tokens come from: the live API."""

    def exchange_token(self, user_id: UUID) -> Answer[IssuedToken]:
        """Issue one; raises PartnerError."""


@dataclass(frozen=True)
class Claim:
    """One claim as it stands in the token. Nothing here verifies the signature."""

    name: str
    value: str


@dataclass(frozen=True)
class Issued:
    """A token, for the one page that shows it."""

    token: str = field(repr=False)
    claims: tuple[Claim, ...]
    expires_at: datetime
    expiry_is_a_claim: bool
    fingerprint: str


@dataclass(frozen=True)
class IssuedBefore:
    """The same form issued a token earlier; it was shown once and is not kept."""

    at: datetime


@dataclass(frozen=True)
class MayExist:
    """The answer was lost: a token may exist until `until_at`, and nothing can look it up."""

    until_at: datetime


@dataclass(frozen=True)
class WasRefused:
    """The same form was sent before, and the API refused it."""

    at: datetime


Result = Issued | IssuedBefore | MayExist | WasRefused | Running


class Tokens:
    """Issues tokens, and keeps who had one issued for whom, why, and until when."""

    def __init__(self, issuer: Issuer, attempts: Attempts, database: Database) -> None:
        self._issuer = issuer
        self._attempts = attempts
        self._database = database

    def issue(self, intent: Intent, reason: str, ticket: str | None, *, request_id: str) -> Result:
        """Issue a token for the intent's user, or tell what the same form did before.

        Raises:
            AnotherBodyError: the form was sent before, with other content.
            Forbidden: the user's status does not allow it.
            PartnerError: the API refused, or could not be reached; no token was issued.
            StoreError: the attempt or its outcome could not be recorded; no token is shown.

        """
        user_id, at = intent.subject_id, self._attempts.now()
        if user_id is None:
            raise LookupError("an intent about nobody")
        started = self._attempts.start(
            intent,
            {"reason": reason, "ticket": ticket},
            request_id=request_id,
            reason=reason,
            details={"ticket": ticket},
            effect=lambda connection, seq: grants.add(
                connection,
                user_id=user_id,
                staff_id=intent.staff_id,
                attempt_seq=seq,
                reason=reason,
                ticket=ticket,
                at=at,
                expires_at=at + LIFETIME,
            ),
        )
        if isinstance(started, Running):
            return started
        if isinstance(started, Repeated):
            return _before(started)
        with self._attempts.watched(started):
            try:
                answer = self._issuer.exchange_token(user_id)
            except PartnerError as error:
                self._attempts.failed(started, error, effect=grants.forget)
                if not error.outcome_unknown:
                    raise
                return MayExist(at + LIFETIME)
            issued, key_id = self._read(answer)
            self._attempts.finish(
                started,
                Outcome.SUCCEEDED,
                {"took_ms": answer.took_ms, "fingerprint": issued.fingerprint},
                effect=lambda connection, seq: grants.issued(
                    connection,
                    seq,
                    expires_at=issued.expires_at,
                    fingerprint=issued.fingerprint,
                    key_id=key_id,
                ),
            )
        return issued

    def of_user(self, user_id: UUID) -> list[Grant]:
        """Return a user's newest grants."""
        with self._database.read() as connection:
            return grants.of_user(connection, user_id, SHOWN)

    def ledger(self, before: int | None) -> tuple[list[Grant], dict[UUID, Sighting], bool]:
        """Return a page of all grants, whom they are for as last seen, and whether more follow."""
        with self._database.read() as connection:
            rows = grants.before(connection, before, PAGE + 1)
            page = rows[:PAGE]
            seen = {
                user_id: history[0]
                for user_id in {grant.user_id for grant in page}
                if (history := sightings.history(connection, user_id))
            }
        return page, seen, len(rows) > PAGE

    def _read(self, answer: Answer[IssuedToken]) -> tuple[Issued, str]:
        token = answer.value.access_token.get_secret_value()
        claims = _claims(token)
        expires_at = _expiry(claims)
        fingerprint, key_id = self._attempts.fingerprint(token)
        shown = tuple(Claim(name, _text(value)) for name, value in claims.items())
        default = answer.at + LIFETIME
        return (
            Issued(token, shown, expires_at or default, expires_at is not None, fingerprint[:16]),
            key_id,
        )


def _before(repeated: Repeated) -> Result:
    match repeated.outcome:
        case Outcome.SUCCEEDED:
            return IssuedBefore(repeated.attempted_at)
        case Outcome.REJECTED:
            return WasRefused(repeated.attempted_at)
        case _:
            return MayExist(repeated.attempted_at + LIFETIME)


def _claims(token: str) -> dict[str, object]:
    """Return the claims, or nothing: a token that cannot be read is still a token."""
    try:
        payload = json.loads(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def _expiry(claims: dict[str, object]) -> datetime | None:
    exp = claims.get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    try:
        return datetime.fromtimestamp(exp, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
