"""The Partner API client: one method per endpoint, with typed arguments and results.

Source of every path and field: docs/partner-api.md. No method retries a write.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from dashboard.partner import assumptions as assumed
from dashboard.partner import readers
from dashboard.partner import responses as wire
from dashboard.partner import user_answers as answers
from dashboard.partner.api import (
    NEWEST_TRANSACTIONS,
    PREFIX,
    READ_DEADLINE_S,
    USER_PREFIX,
    WRITE_DEADLINE_S,
)
from dashboard.partner.call import CallRunner
from dashboard.partner.gate import Gate
from dashboard.partner.http.messages import Request, path_id
from dashboard.partner.http.transport import Transport
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.outcomes import same_email, same_user
from dashboard.partner.payloads import KycApplicant, NewUser, PrivyLogin
from dashboard.partner.responses import Answer
from dashboard.partner.telemetry import CallMeter, CallRecord


class PartnerClient:
    """Calls the Partner API. Safe to share between threads and across a fork.

    `gate` is asked on every call: it gives the credentials, so that a new pair needs no restart, or
    holds the call back. `clock` gives the time in UTC. `list_params` overrides names of
    `assumed.LIST_PARAMS`. A deadline is for the whole call, retries included. `observer` hears
    about every call, once for each pair of keys that it was made with, but for a 401 that may mean
    a secret in the body; it must not raise. `slots` is how many may be in progress at the same time
    in this process; `meter` counts them. What is held back is `Unavailable`, and nothing was sent.

    Every method raises PartnerError (see `dashboard.partner.errors` for the tree); below each
    `Raises` names what that call means by it. What `gate.enter` raises passes through.
    """

    def __init__(  # noqa: PLR0913  each by its name
        self,
        base_url: str,
        gate: Gate,
        *,
        clock: Callable[[], datetime],
        list_params: Mapping[str, str] | None = None,
        observer: Callable[[CallRecord], None] | None = None,
        meter: CallMeter | None = None,
        slots: int = sys.maxsize,
        read_deadline_s: float = READ_DEADLINE_S,
        write_deadline_s: float = WRITE_DEADLINE_S,
    ) -> None:
        self._list_params = assumed.list_params(list_params or {})
        self._calls = CallRunner(
            Transport(base_url, clock, PREFIX),
            gate,
            clock=clock,
            observer=observer,
            meter=meter or CallMeter(),
            slots=slots,
            read_deadline_s=read_deadline_s,
            write_deadline_s=write_deadline_s,
        )

    def register_user(self, new_user: NewUser) -> Answer[wire.Registered]:
        """POST /users: register an end-user.

        Raises:
            Rejected: a field is missing or wrong (some servers: a duplicate email).
            Conflict: the email is taken, perhaps not by this partner.
            Malformed: also when the answer is about another email.
            PartnerError: with `outcome_unknown` the user may exist now: look the email up.

        """

        def read(body: object) -> wire.Registered:
            registered = readers.read_registered(body)
            same_email(registered.email, new_user.email)
            return registered

        return self._calls.make(Request("POST", "/users", json=new_user.body()), read)

    def list_users(self, query: UserQuery) -> Answer[wire.UserPage]:
        """GET /users: one page, newest first; a row that cannot be read is a `BadRow`.

        Raises:
            Malformed: the list has none of the known shapes; `found` says what came.

        """
        outgoing = Request("GET", "/users", params=query.params(self._list_params))
        return self._calls.make(outgoing, assumed.read_user_page)

    def get_user(self, user_id: UUID) -> Answer[wire.User]:
        """GET /users/{userId}: one user.

        Raises:
            NotFound: no such user, or another partner's.
            Malformed: also when the answer is about another user.

        """
        outgoing = Request("GET", "/users/{userId}", f"/users/{path_id(user_id)}", user_id=user_id)

        def read(body: object) -> wire.User:
            user = readers.read_user(body)
            same_user(user.id, user_id)
            return user

        return self._calls.make(outgoing, read)

    def start_kyc(self, user_id: UUID, applicant: KycApplicant) -> Answer[wire.KycStarted]:
        """POST /kyc: start identity verification. Store both fields of the answer immediately.

        Raises:
            Rejected: a field is missing or wrong.
            NotFound: no such user, or another partner's.
            Conflict: KYC was started before, here or elsewhere; its link cannot be asked for.
            PartnerError: with `outcome_unknown` the only start there is may be used up.

        """
        outgoing = Request(
            "POST",
            "/kyc",
            json={"userId": path_id(user_id), **applicant.body()},
            user_id=user_id,
        )
        return self._calls.make(outgoing, readers.read_kyc_started)

    def exchange_token(self, user_id: UUID) -> Answer[wire.IssuedToken]:
        """POST /auth/token: issue a user JWT, one hour. `raw` is None.

        Raises:
            Forbidden: the user is pending, suspended or banned; `reason` says which.
            NotFound: no such user, or another partner's.
            Malformed: also when the answer is about another user.
            PartnerError: with `outcome_unknown` a token may exist; nothing can look it up.

        """
        outgoing = Request(
            "POST",
            "/auth/token",
            json={"userId": path_id(user_id)},
            keep_raw=False,
            user_id=user_id,
        )

        def read(body: object) -> wire.IssuedToken:
            token = readers.read_issued_token(body)
            same_user(token.user_id, user_id)
            return token

        return self._calls.make(outgoing, read)

    def exchange_privy_token(self, login: PrivyLogin) -> Answer[wire.IssuedToken]:
        """POST /auth/login, deprecated: exchange a Privy token for a user JWT. `raw` is None.

        Only the answer says whose token it is; `is_new_user` tells if Qash made
        the user just now. How a Privy token is refused is not documented: 401 is read as the
        partner's credentials, as everywhere.

        Raises:
            Rejected: the Privy token is missing or not accepted.
            Forbidden: the user's status does not allow it.
            NotFound: no such user, or the exchange is no longer offered.
            PartnerError: with `outcome_unknown` a token, and a user, may exist.

        """
        outgoing = Request(
            "POST", "/auth/login", json=login.body(), keep_raw=False, secret=login.privy_token
        )
        return self._calls.make(outgoing, readers.read_issued_token)

    def user_kyc(self, user_id: UUID, token: SecretStr) -> Answer[answers.UserKyc]:
        """GET /api/v1/user/kyc/status: the user's identity verification. `raw` is None.

        Raises:
            NotFound: the user never started it.
            CredentialsRefused: the token has expired, or the keys are not accepted.

        """
        return self._calls.make(_as_user("/kyc/status", user_id, token), answers.read_kyc)

    def user_accounts(
        self, user_id: UUID, token: SecretStr
    ) -> Answer[answers.MoneyRows[answers.MoneyAccount]]:
        """GET /api/v1/user/accounts: the user's accounts; errors as `user_kyc`."""
        outgoing = _as_user("/accounts", user_id, token)
        return self._calls.make(outgoing, answers.read_rows(answers.MoneyAccount))

    def user_balances(
        self, user_id: UUID, token: SecretStr
    ) -> Answer[answers.MoneyRows[answers.MoneyBalance]]:
        """GET /api/v1/user/balance: the balance of each account; errors as `user_kyc`."""
        outgoing = _as_user("/balance", user_id, token)
        return self._calls.make(outgoing, answers.read_rows(answers.MoneyBalance))

    def user_transactions(
        self, user_id: UUID, token: SecretStr
    ) -> Answer[answers.MoneyRows[answers.MoneyMovement]]:
        """GET /api/v1/user/transactions: the newest ones; errors as `user_kyc`."""
        outgoing = _as_user("/transactions", user_id, token, size=str(NEWEST_TRANSACTIONS))
        return self._calls.make(outgoing, answers.read_rows(answers.MoneyMovement))


def _as_user(path: str, user_id: UUID, token: SecretStr, **params: str) -> Request:
    """Return a read that is sent with the user's own token."""
    return Request(
        "GET",
        f"{USER_PREFIX}{path}",
        params=params,
        keep_raw=False,
        secret=token.get_secret_value(),
        as_user=True,
        user_id=user_id,
    )
