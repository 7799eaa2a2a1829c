"""Single sign-on: a log-in that begins here, continues at the provider, and ends here."""

import hmac
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.hashing import hash_secret
from dashboard.oidc.models import Failure, Identity, LoginSecrets, Provider, ProviderError
from dashboard.services.auth.mfa.login import Linking
from dashboard.services.auth.sessions import Method, OpenSession
from dashboard.services.auth.sso.accounts import SsoAccounts
from dashboard.services.auth.sso.models import (
    Arrival,
    Refusal,
    SignedOn,
    SsoCallback,
    SsoRedirect,
    SsoRefusal,
    SsoRefused,
)
from dashboard.services.auth.throttle import (
    AtProvider,
    FromOutside,
    InSession,
    LoginThrottle,
    Stranger,
    Throttled,
)
from dashboard.services.ports import Clock
from dashboard.store.db.database import Database, Transaction
from dashboard.store.limits.table import LimitStorage
from dashboard.store.staff.members import StaffMember

LASTS = timedelta(minutes=10)
LEEWAY = timedelta(seconds=60)  # between the provider's clock and ours
ABOUT = "single sign-on"
ABOUT_LINK = "link after the second step"
ERRORS = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
"""What a provider says (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6)."""


@dataclass(frozen=True)
class _Flow:
    """The encrypted content of the cookie. `session` is the hash of the session to confirm."""

    state: str
    nonce: str
    verifier: str
    page: str
    begun_at: float
    session: str | None

    @property
    def secrets(self) -> LoginSecrets:
        return LoginSecrets(self.state, self.nonce, self.verifier)


class SingleSignOn:
    """Begins log-ins and confirmations, and ends each once."""

    def __init__(
        self,
        provider: Provider,
        accounts: SsoAccounts,
        sealer: Encryptor,
        database: Database,
        tries: LoginThrottle,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._accounts = accounts
        self._sealer = sealer
        self._used = LimitStorage(database, clock)
        self._tries = tries
        self._clock = clock

    def begin(
        self, page: str, redirect_uri: str, session: OpenSession | None = None
    ) -> SsoRedirect | SsoRefused:
        """Begin a log-in, or the confirmation of a session."""
        flow = _Flow(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            page=page,
            begun_at=self._clock().timestamp(),
            session=session.id_hash if session else None,
        )
        try:
            address = self._provider.authorization_url(
                flow.secrets, redirect_uri, force_login=session is not None
            )
        except ProviderError as error:
            return _failed(error, flow)
        sealed = self._sealer.seal(json.dumps(asdict(flow)), ABOUT)
        return SsoRedirect(address, f"{self._sealer.key_id}.{sealed}")

    def end(
        self,
        came: SsoCallback,
        redirect_uri: str,
        session: OpenSession | None,
        stranger: Stranger,
    ) -> SignedOn | SsoRefused | Throttled:
        """Log in the person the provider names, or confirm the session that this began in.

        Raises:
            StoreError: nothing can be recorded, so no one logs in.

        """
        flow = self._open(came)
        if flow is None:
            return SsoRefused(Refusal.LOST)
        if flow.session and flow.session != (session and session.id_hash):
            return _refused(Refusal.LOST, flow)
        if came.error:
            known = came.error in ERRORS  # the browser brings it, and may have changed it
            return _refused(Refusal.DECLINED, flow, came.error if known else "another error")
        asking = session if flow.session else None
        identity = self._ask_provider(flow, came, redirect_uri, asking, stranger)
        if not isinstance(identity, Identity):
            return identity
        if asking:
            return self._confirm(flow, Arrival(identity, stranger), asking)
        return self._let_in(flow, identity, stranger)

    def _ask_provider(
        self,
        flow: _Flow,
        came: SsoCallback,
        redirect_uri: str,
        session: OpenSession | None,
        stranger: Stranger,
    ) -> Identity | SsoRefused | Throttled:
        """Return the identity from the provider, asked once. Answers that prove nothing count."""
        source = _confirmation_of(session) if session else AtProvider(stranger)
        if limited := self._tries.hit(source):
            return limited
        if not self._is_first(flow):
            return _refused(Refusal.LOST, flow)
        if came.issuer not in {"", self._provider.issuer}:
            return _refused(Refusal.UNTRUSTED, flow, "the answer is of another issuer")
        try:
            identity = self._provider.exchange_code(came.code, flow.secrets, redirect_uri)
        except ProviderError as error:
            if error.failure is Failure.UNAVAILABLE:
                self._tries.take_back(source)
            return _failed(error, flow)
        self._tries.take_back(source)
        return identity

    def _open(self, came: SsoCallback) -> _Flow | None:
        """Return the flow that was begun, None if not in this browser, or too long ago."""
        key_id, _, sealed = came.cookie.partition(".")
        plain = self._sealer.open(sealed, key_id, ABOUT)
        if plain is None:
            return None
        flow = _Flow(**json.loads(plain))
        age_s = abs(self._clock().timestamp() - flow.begun_at)
        same = hmac.compare_digest(flow.state.encode(), came.state.encode())
        return flow if same and age_s <= LASTS.total_seconds() else None

    def _is_first(self, flow: _Flow) -> bool:
        """Use the state up: of two requests with it, on any worker, one continues."""
        return self._used.incr(f"sso/{hash_secret(flow.state)}", 2 * LASTS.total_seconds()) == 1

    def _let_in(
        self, flow: _Flow, identity: Identity, stranger: Stranger
    ) -> SignedOn | SsoRefused | Throttled:
        """Log in. A refusal counts only for the account that was shown."""
        name = f"{ABOUT}/{identity.issuer}/{identity.subject}"
        source = FromOutside(name, stranger, is_there=True)
        if limited := self._tries.hit(source):
            return limited
        found = self._accounts.admit(Arrival(identity, stranger))
        if isinstance(found, SsoRefusal):
            return _refused(Refusal.NO_ACCESS, flow)
        member = found.member
        self._tries.reset(replace(source, mfa_pending=member.has_second_factor))
        to_link = self._seal_link(found.to_link, member) if found.to_link else ""
        return SignedOn(
            member,
            flow.page,
            confirmed=False,
            asked_at=identity.authenticated_at,
            to_link=to_link,
        )

    def linking(self, sealed: str, stranger: Stranger) -> Linking:
        """Return the linking of the account found before the second step."""
        key_id, _, text = sealed.partition(".")
        opened = self._sealer.open(text, key_id, ABOUT_LINK)
        staff_id, issuer, subject, groups = json.loads(opened or "[0, null, null, null]")

        def link(connection: Transaction, member: StaffMember) -> StaffMember | None:
            if staff_id != member.id:
                return member
            identity = Identity(issuer, subject, None, "", frozenset(groups), None)
            return self._accounts.link(connection, Arrival(identity, stranger), member)

        return link

    def _seal_link(self, identity: Identity, member: StaffMember) -> str:
        about = [member.id, identity.issuer, identity.subject, sorted(identity.groups)]
        return f"{self._sealer.key_id}.{self._sealer.seal(json.dumps(about), ABOUT_LINK)}"

    def _confirm(
        self, flow: _Flow, arrival: Arrival, session: OpenSession
    ) -> SignedOn | SsoRefused | Throttled:
        source = _confirmation_of(session)
        if limited := self._tries.hit(source):
            return limited
        since = datetime.fromtimestamp(flow.begun_at, UTC) - LEEWAY
        cause = self._accounts.confirm(arrival, session.staff.id, since)
        if cause:
            refusal = Refusal.NO_ACCESS if cause is SsoRefusal.NO_ROLE else Refusal(cause.value)
            return _refused(refusal, flow)
        self._tries.reset(source)
        return SignedOn(session.staff, flow.page, confirmed=True)


def _confirmation_of(session: OpenSession) -> InSession:
    return InSession(session.staff.id, session.id_hash, Method.SSO.value)


def _failed(error: ProviderError, flow: _Flow) -> SsoRefused:
    unavailable = error.failure is Failure.UNAVAILABLE
    refusal = Refusal.UNAVAILABLE if unavailable else Refusal.UNTRUSTED
    return _refused(refusal, flow, str(error))


def _refused(refusal: Refusal, flow: _Flow, detail: str = "") -> SsoRefused:
    return SsoRefused(refusal, flow.page, flow.session is not None, detail)
