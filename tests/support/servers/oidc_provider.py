"""An OpenID provider on loopback that does as it is told, also what no provider should do.

It logs everyone in immediately, as `claims` say, and checks what a provider has to check: the code
once, its verifier, the redirect address, and the application's secret.
"""

import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT_ID = "the-dashboard"
HANG_S = 60
NESTED = 5_000  # lists

Claims = dict[str, Any]


class OidcProvider:
    """A provider's answers and misbehaviour. A test changes the attribute it is about."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"
        self.client_secret = secrets.token_urlsafe(24)
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.stranger = RSAKey.generate_key(2048, {"kid": "first"})
        self.reset()

    def reset(self) -> None:
        self.claims: Claims = {"sub": "ana-1"}  # beside those that every token has
        self.times: dict[str, int] = {}  # claims that are times, in seconds from now
        self.published = [self.key]
        self.metadata: Claims = {}
        self.sign: Callable[[Claims], str] = self.sign_well
        self.answer: Claims = {}  # beside state and code
        self.hang: set[str] = set()  # paths that answer nothing, for `HANG_S`
        self.huge: set[str] = set()
        self.broken: set[str] = set()
        self.moved: set[str] = set()  # to /moved
        self.asked: list[str] = []  # paths, in order
        self.bodies: list[str] = []  # of what came to the token endpoint
        self.wanted: dict[str, str] = {}  # the last authorization request
        self._codes: dict[str, dict[str, str]] = {}

    def discovery(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "scopes_supported": ["openid", "email", "groups"],
            **self.metadata,
        }

    def keys(self) -> Claims:
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    def sign_well(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.key)

    def sign_by_a_stranger(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.stranger)

    def sign_nested(self, claims: Claims) -> str:
        """Sign claims that no parser reads through."""
        nested = f'{json.dumps(claims)[:-1]}, "more": {"[" * NESTED}{"]" * NESTED}}}'
        return jws.serialize_compact({"alg": "RS256", "kid": "first"}, nested, self.key)

    def sign_with_the_public_key_as_secret(self, claims: Claims) -> str:
        secret = self.key.as_pem(private=False)
        header = {"alg": "HS256", "kid": "first"}
        signed = ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{_encode(hmac.digest(secret, signed.encode(), 'sha256'))}"

    def sign_with_the_client_secret(self, claims: Claims) -> str:
        secret = OctKey.import_key(self.client_secret)
        return jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])

    def sign_not_at_all(self, claims: Claims) -> str:
        header = {"alg": "none", "kid": "first"}
        parts = [_encode(json.dumps(part).encode()) for part in (header, claims)]
        return f"{parts[0]}.{parts[1]}."

    def sign_with_a_new_key(self, claims: Claims) -> str:
        key = ECKey.generate_key("P-256", {"kid": "second", "use": "sig"})
        self.published = [self.key, key]  # type: ignore[list-item]  # two kinds
        return jwt.encode({"alg": "ES256", "kid": "second"}, claims, key)

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to."""
        self.wanted = query
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        answer = {"code": code, "state": query["state"], **self.answer}
        given = {name: value for name, value in answer.items() if value is not None}
        return f"{query['redirect_uri']}?{urlencode(given)}"

    def redeem(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Return the token endpoint's answer."""
        query = self._codes.pop(form.get("code", ""), None)
        posted = (form.get("client_id"), form.get("client_secret"))
        given = f"{CLIENT_ID}:{self.client_secret}"
        basic = "Basic " + base64.b64encode(given.encode()).decode()
        if authorization != basic and posted != (CLIENT_ID, self.client_secret):
            return 401, {"error": "invalid_client"}
        challenge = _encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            query is None
            or query["redirect_uri"] != form.get("redirect_uri")
            or (query["code_challenge_method"], query["code_challenge"]) != ("S256", challenge)
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": query["nonce"],
            **self.claims,
            **{name: now + seconds for name, seconds in self.times.items()},
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return 200, {
            "id_token": self.sign(kept),
            "access_token": secrets.token_urlsafe(24),
            "token_type": "Bearer",
        }


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if not self._begin(parts.path):
            return
        if parts.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif parts.path == "/jwks":
            self._send(200, self.provider.keys())
        elif parts.path.endswith("/.well-known/openid-configuration"):
            self._send(200, self.provider.discovery())
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not self._begin(urlsplit(self.path).path):
            return
        self.provider.bodies.append(body)
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._send(*self.provider.redeem(form, self.headers.get("Authorization", "")))

    def log_message(self, *_: object) -> None:
        return

    def _begin(self, path: str) -> bool:
        """Note the request; return whether it is answered normally."""
        provider = self.provider
        provider.asked.append(path)
        if path in provider.hang:
            time.sleep(HANG_S)
        elif path in provider.broken:
            self._send(500, {"error": "out of order"})
        elif path in provider.moved:
            self.send_response(307)
            self.send_header("Location", "/moved")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path in provider.huge:
            self._send(200, {"filler": "x" * 2_000_000})
        else:
            return True
        return False

    def _send(self, status: int, answer: Claims) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)


@contextlib.contextmanager
def run_provider() -> Iterator[OidcProvider]:
    """Run one on a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    provider = OidcProvider(server.server_port)
    server.RequestHandlerClass = type("Handler", (_Handler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
