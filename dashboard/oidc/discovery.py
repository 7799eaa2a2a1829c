"""A provider's addresses and keys: asked for when first needed, and kept for an hour."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from dashboard.oidc.models import Failure, ProviderError
from dashboard.partner.http.messages import NoResponse, Request
from dashboard.partner.http.transport import Transport
from dashboard.partner.json_shape import ShapeError, is_plain_key, json_type, parse_json

DEADLINE_S = 5.0
MAX_CONCURRENT = 4  # a provider that hangs holds up at most this many threads
CACHE_FOR = timedelta(hours=1)
KEYS_AGAIN_AFTER = timedelta(minutes=1)
ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
BASIC, POST = "client_secret_basic", "client_secret_post"


@dataclass(frozen=True)
class Metadata:
    """A provider's metadata, as far as we need it."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    algorithms: tuple[str, ...]
    client_auth: str
    scopes: frozenset[str]


class Discovery:
    """Asks the provider, within a deadline, and remembers."""

    def __init__(self, issuer: str, clock: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._clock = clock
        self._transport = Transport("", clock)
        self._slots = threading.BoundedSemaphore(MAX_CONCURRENT)
        self._lock = threading.Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def metadata(self) -> Metadata:
        """Return the provider's addresses. Raises ProviderError."""
        with self._lock:
            held = self._metadata
        if held is None or self._age(held[0]) > CACHE_FOR:
            address = get_well_known_url(self._issuer, external=True)
            found = self._read_metadata(self.fetch(Request("GET", "discovery", address)))
            held = (self._clock(), found)
            with self._lock:
                self._metadata = held
        return held[1]

    def find_key(self, key_id: str | None) -> Key:
        """Return the key of this name; keys that are not ours yet are asked for once per minute.

        Raises:
            ProviderError: there is none, or nothing came.

        """
        with self._lock:
            held = self._keys
        key = _find(held[1], key_id) if held and self._age(held[0]) < CACHE_FOR else None
        if key is None and (held is None or self._age(held[0]) > KEYS_AGAIN_AFTER):
            held = (self._clock(), self._fetch_keys())
            with self._lock:
                self._keys = held
            key = _find(held[1], key_id)
        if key is None:
            raise ProviderError(Failure.UNTRUSTED, "the ID token names a key that is not there")
        return key

    def fetch(
        self, outgoing: Request, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, object]:
        """Return the JSON object that the provider answers. Raises ProviderError."""
        if not self._slots.acquire(blocking=False):
            raise ProviderError(Failure.UNAVAILABLE, f"{outgoing.template}: too many wait for it")
        try:
            reply = self._transport.exchange(
                outgoing,
                headers or {},
                DEADLINE_S,
                attempts=1 if outgoing.is_write else 2,
                is_shut=lambda: False,
            )
        except ValueError:  # such as https://*/
            where = f"{outgoing.template}: its address cannot be called"
            raise ProviderError(Failure.UNTRUSTED, where) from None
        finally:
            self._slots.release()
        if isinstance(reply, NoResponse):
            raise ProviderError(Failure.UNAVAILABLE, f"{outgoing.template}: {reply.kind}")
        try:
            answer = parse_json(reply.text(), reply.content_type)
        except ShapeError:
            answer = None
        if reply.status != 200 or not isinstance(answer, dict):  # noqa: PLR2004  HTTP
            said = f"{outgoing.template}: {reply.status} {_code(answer)}"
            ours = reply.status < 500  # noqa: PLR2004  HTTP
            raise ProviderError(Failure.UNTRUSTED if ours else Failure.UNAVAILABLE, said)
        return answer

    def _age(self, since: datetime) -> timedelta:
        return abs(self._clock() - since)

    def _fetch_keys(self) -> KeySet:
        answer = self.fetch(Request("GET", "keys", self.metadata().jwks_uri))
        entries = answer.get("keys")
        usable = [
            entry
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict)
            and entry.get("kty") in {"RSA", "EC", "OKP"}
            and entry.get("use", "sig") == "sig"
        ]
        try:
            return KeySet.import_key_set({"keys": usable})
        except (JoseError, ValueError, TypeError, KeyError):
            raise ProviderError(Failure.UNTRUSTED, "keys: cannot be read") from None

    def _read_metadata(self, answer: Mapping[str, object]) -> Metadata:
        if answer.get("issuer") != self._issuer:
            raise ProviderError(Failure.UNTRUSTED, "discovery: another issuer than OIDC_ISSUER")
        algorithms = ASYMMETRIC & _texts(answer.get("id_token_signing_alg_values_supported"))
        if not algorithms:  # joserfc takes an empty list for no restriction
            raise ProviderError(Failure.UNTRUSTED, "discovery: no algorithm to trust")
        auth = _texts(answer.get("token_endpoint_auth_methods_supported")) or {BASIC}
        return Metadata(
            authorization_endpoint=self._endpoint(answer, "authorization_endpoint"),
            token_endpoint=self._endpoint(answer, "token_endpoint"),
            jwks_uri=self._endpoint(answer, "jwks_uri"),
            algorithms=tuple(sorted(algorithms)),
            client_auth=BASIC if BASIC in auth or POST not in auth else POST,
            scopes=_texts(answer.get("scopes_supported")),
        )

    def _endpoint(self, answer: Mapping[str, object], name: str) -> str:
        """Return an address; it goes over TLS wherever the issuer's own does."""
        address = answer.get(name)
        if isinstance(address, str) and address.isascii() and address.isprintable():
            with suppress(ValueError):  # such as https://[
                parts = urlsplit(address)
                if parts.hostname and parts.scheme in {"https", urlsplit(self._issuer).scheme}:
                    return address
        raise ProviderError(Failure.UNTRUSTED, f"discovery: {name} is no address to trust")


def _find(keys: KeySet, key_id: str | None) -> Key | None:
    """Return the key of this name. Without a name there must be no choice."""
    if key_id is None:
        return keys.keys[0] if len(keys.keys) == 1 else None
    return next((key for key in keys.keys if key.kid == key_id), None)


def _code(answer: object) -> str:
    """Return the name of an error for the log; other text may hold an email, or a secret."""
    if not isinstance(answer, dict):
        return "no JSON object"
    code = answer.get("error")
    is_plain = isinstance(code, str) and is_plain_key(code)
    return f"error {code}" if is_plain else f"error: {json_type(code)}"


def _texts(value: object) -> frozenset[str]:
    """Return the texts of a JSON list."""
    listed = value if isinstance(value, list) else []
    return frozenset(item for item in listed if isinstance(item, str))
