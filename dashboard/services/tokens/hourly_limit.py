"""How many tokens can be issued within an hour: a stolen session must not mint without limit.

Three limits apply together: per person, per user, and for the whole dashboard. An admin who adds
issuers can't raise the last one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog

from dashboard.services.actors import Actor
from dashboard.services.attempts.conflicts import recording
from dashboard.services.attempts.intents import Intent
from dashboard.services.ports import Clock
from dashboard.services.recorder.recorder import AuditRecorder, Subject
from dashboard.store.audit.chain import Chain, Outcome
from dashboard.store.db.database import Database, Transaction
from dashboard.store.tokens import rate as token_attempts

HOUR = timedelta(hours=1)
log = structlog.get_logger()


class Scope(StrEnum):
    """Whose tokens a limit counts."""

    PERSON = "person"  # of the one who asks
    USER = "user"  # for one user, from all staff
    DASHBOARD = "dashboard"


IN_PRODUCTION: Mapping[Scope, int] = {Scope.PERSON: 10, Scope.USER: 20, Scope.DASHBOARD: 50}


@dataclass(frozen=True)
class TokenLimitReached:
    """A limit that leaves no other token before `next_at`."""

    scope: Scope
    most: int
    next_at: datetime


@dataclass(frozen=True)
class TokenUse:
    """How many tokens a person has asked for in the last hour, and how many they may."""

    number: int
    most: int


class TokenLimitError(Exception):
    """The limit is reached. Nothing was sent or recorded."""

    def __init__(self, reached: TokenLimitReached, retry_after_s: int) -> None:
        super().__init__(f"{reached.most} tokens within an hour for one {reached.scope}")
        self.reached = reached
        self.retry_after_s = retry_after_s


class TokenLimit:
    """At most so many attempts in any hour, over all workers; what is in no scope is not limited.

    A Privy token counts for its user once the answer has said whose it is.
    """

    def __init__(
        self, limits: Mapping[Scope, int], database: Database, chain: Chain, clock: Clock
    ) -> None:
        self._limits = limits
        self._database = database
        self._recorder = AuditRecorder(chain, clock)
        self._clock = clock

    def require(self, connection: Transaction, staff_id: int, user_id: UUID | None) -> None:
        """Check an attempt inside the transaction that has just recorded it: an error undoes that.

        Raises:
            TokenLimitError: it is one too many.

        """
        if reached := self._reached(connection, staff_id, user_id, more=1):
            seconds = round((reached.next_at - self._clock()).total_seconds())
            raise TokenLimitError(reached, max(1, seconds))

    def find(self, staff_id: int, user_id: UUID | None) -> TokenLimitReached | None:
        """Return the limit that leaves no other token now, None where there may be one."""
        if not self._limits:
            return None
        with self._database.read() as connection:
            return self._reached(connection, staff_id, user_id)

    def used(self, staff_id: int) -> TokenUse | None:
        """Return how much of their limit a person has used, or None if there is no limit."""
        most, now = self._limits.get(Scope.PERSON), self._clock()
        if most is None:
            return None
        with self._database.read() as connection:
            return TokenUse(token_attempts.count(connection, _hour_around(now), staff_id), most)

    def _reached(
        self, connection: Transaction, staff_id: int, user_id: UUID | None, more: int = 0
    ) -> TokenLimitReached | None:
        """Return the limit that is free again last; `more` attempts may go beyond each."""
        span = _hour_around(self._clock())
        found = []
        for scope, most in self._limits.items():
            if scope is Scope.USER and user_id is None:
                continue
            at = token_attempts.nth_newest(
                connection,
                span,
                most + more,
                staff_id=staff_id if scope is Scope.PERSON else None,
                user_id=user_id if scope is Scope.USER else None,
            )
            if at:
                found.append(TokenLimitReached(scope, most, at + HOUR))
        return max(found, key=lambda reached: reached.next_at, default=None)

    def refused(self, intent: Intent, error: TokenLimitError, actor: Actor) -> None:
        """Record and log, once an hour for each scope, that someone reached a limit.

        That of a user once for each user: all tokens together fill few of them within an hour.

        Raises:
            NotRecordedError: it could not be recorded; nothing was sent either.

        """
        reached = error.reached
        with recording(self._database) as connection:
            span = _hour_around(self._clock())
            user_id = intent.subject_id if reached.scope is Scope.USER else None
            if token_attempts.was_refused(
                connection, intent.staff_id, reached.scope, user_id, span
            ):
                return
            self._recorder.append_bounded(
                connection,
                intent.action,
                actor,
                Subject.user(intent.subject_id),
                Outcome.REJECTED,
                details={**token_attempts.REFUSED, "most": reached.most, "scope": reached.scope},
            )
        log.warning("tokens_limit", staff_id=actor.staff_id, request_id=actor.request_id)


def _hour_around(now: datetime) -> tuple[datetime, datetime]:
    """Return the last hour; later dates are from before the clock was put back."""
    return now - HOUR, now + HOUR
