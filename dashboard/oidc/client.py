"""The code flow with PKCE (RFC 7636, S256) and an ID token: out to the provider, and back."""

from collections.abc import Callable
from datetime import datetime

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from dashboard.oidc.discovery import Discovery, Metadata
from dashboard.oidc.id_token import read_id_token
from dashboard.oidc.models import ClientConfig, Failure, Identity, LoginSecrets, ProviderError
from dashboard.partner.http.messages import Request

FORM = "application/x-www-form-urlencoded"
ASK_AGAIN = {"prompt": "login", "max_age": "0"}


class OidcClient:
    """One application at one provider."""

    def __init__(self, application: ClientConfig, clock: Callable[[], datetime]) -> None:
        self.issuer = application.issuer
        self._application = application
        self._clock = clock
        self._discovery = Discovery(application.issuer, clock)

    def authorization_url(
        self, secrets: LoginSecrets, redirect_uri: str, *, force_login: bool
    ) -> str:
        """Return where a browser goes to log in; `force_login`: whatever session is open there.

        Raises:
            ProviderError: the provider cannot be reached, or is not what it should be.

        """
        metadata = self._discovery.metadata()
        address: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            self._application.client_id,
            "code",
            redirect_uri,
            self._scope(metadata),
            secrets.state,
            nonce=secrets.nonce,
            code_challenge=create_s256_code_challenge(secrets.verifier),
            code_challenge_method="S256",
            **(ASK_AGAIN if force_login else {}),
        )
        return address

    def exchange_code(self, code: str, secrets: LoginSecrets, redirect_uri: str) -> Identity:
        """Return who logged in, for the code that their browser brought.

        Raises:
            ProviderError: no one is proven to have logged in.

        """
        metadata = self._discovery.metadata()
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=redirect_uri,
            code=code,
            code_verifier=secrets.verifier,
        )
        application = self._application
        auth = ClientAuth(application.client_id, application.client_secret, metadata.client_auth)
        address, headers, body = auth.prepare(
            "POST", metadata.token_endpoint, {"Content-Type": FORM}, body
        )
        answer = self._discovery.fetch(Request("POST", "token", address, form=body), headers)
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise ProviderError(Failure.UNTRUSTED, "token: without an ID token")
        return read_id_token(
            id_token, self._discovery, application, nonce=secrets.nonce, now=self._clock()
        )

    def _scope(self, metadata: Metadata) -> str:
        """Return the scopes to request: groups too, where the provider has a scope of that name."""
        groups = {self._application.roles_claim} & metadata.scopes
        return " ".join(["openid", "email", "profile", *groups])
