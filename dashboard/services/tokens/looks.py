"""A look at what a user has, with a token that is issued for it and then discarded."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from pydantic import SecretStr

from dashboard.partner.errors import PartnerError
from dashboard.partner.responses import Answer
from dashboard.partner.user_answers import (
    MoneyAccount,
    MoneyBalance,
    MoneyMovement,
    MoneyRows,
    UserKyc,
)
from dashboard.services.actors import Actor
from dashboard.services.attempts.intents import Intent
from dashboard.services.attempts.operations import NotSent, Refused
from dashboard.services.ports import Clock
from dashboard.services.tokens.issue import Issued, LimitReached, Purpose, Tokens
from dashboard.services.tokens.lifetime import REFRESHABLE

READS = 4

T = TypeVar("T")
Part = Answer[T] | PartnerError
"""What the API says, or why there is no answer."""


class UserReader(Protocol):
    """Where users' own data comes from: the live API. Each raises PartnerError."""

    def user_kyc(self, user_id: UUID, token: SecretStr) -> Answer[UserKyc]:
        """Return the state of the user's KYC."""

    def user_accounts(self, user_id: UUID, token: SecretStr) -> Answer[MoneyRows[MoneyAccount]]:
        """Return the accounts."""

    def user_balances(self, user_id: UUID, token: SecretStr) -> Answer[MoneyRows[MoneyBalance]]:
        """Return the balances."""

    def user_transactions(
        self, user_id: UUID, token: SecretStr
    ) -> Answer[MoneyRows[MoneyMovement]]:
        """Return the newest transactions."""


@dataclass(frozen=True)
class LookedAt:
    """What a user has, part by part. The token is not in it."""

    user_id: UUID
    email: str = field(repr=False)
    at: datetime
    refreshable_until: datetime  # at the API, by the refresh token
    kyc: Part[UserKyc] = field(repr=False)
    accounts: Part[MoneyRows[MoneyAccount]] = field(repr=False)
    balances: Part[MoneyRows[MoneyBalance]] = field(repr=False)
    transactions: Part[MoneyRows[MoneyMovement]] = field(repr=False)


Looked = LookedAt | LimitReached | Refused | NotSent


class UserLooks:
    """Looks at users. The reads of a look run side by side, at most `at_once` over all looks."""

    def __init__(self, tokens: Tokens, reader: UserReader, clock: Clock, at_once: int) -> None:
        self._tokens = tokens
        self._reader = reader
        self._clock = clock
        self._pool = ThreadPoolExecutor(min(at_once, READS), "look")

    def look(self, intent: Intent, why: Purpose, actor: Actor) -> Looked:
        """Issue a token, once per form, and read with it; the audit log names it as a look.

        Raises: as `Tokens.issue`.
        """
        issued = self._tokens.issue(intent, why, actor)
        return self._read(issued) if isinstance(issued, Issued) else issued

    def _read(self, issued: Issued) -> LookedAt:
        """Ask for each part. If one fails, the others are unaffected."""

        def begin(read: Callable[[UUID, SecretStr], Answer[T]]) -> Future[Part[T]]:
            run = copy_context().run  # in this request's context
            return self._pool.submit(run, _ask, read, issued.user_id, token)

        token, reader, at = SecretStr(issued.token), self._reader, self._clock()
        kyc, accounts = begin(reader.user_kyc), begin(reader.user_accounts)
        balances, transactions = begin(reader.user_balances), begin(reader.user_transactions)
        return LookedAt(
            user_id=issued.user_id,
            email=issued.email,
            at=at,
            refreshable_until=at + REFRESHABLE,
            kyc=kyc.result(),
            accounts=accounts.result(),
            balances=balances.result(),
            transactions=transactions.result(),
        )


def _ask(read: Callable[[UUID, SecretStr], Answer[T]], user_id: UUID, token: SecretStr) -> Part[T]:
    try:
        return read(user_id, token)
    except PartnerError as error:
        return error.with_traceback(None)  # its frames hold the token
