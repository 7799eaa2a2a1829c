"""An ID token: believed only once its signature, its claims and its nonce are what they must be."""

from collections.abc import Mapping
from datetime import UTC, datetime

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError

from dashboard.oidc.discovery import Discovery
from dashboard.oidc.models import ClientConfig, Failure, Identity, ProviderError
from dashboard.text import characters, limits

LEEWAY_S = 60
YES = (True, "true", "1")  # as the providers write it
# Raised by the libraries for a made-up token, beside their own errors.
UNREADABLE = (
    AttributeError,
    KeyError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)


def read_id_token(
    token: str, discovery: Discovery, application: ClientConfig, *, nonce: str, now: datetime
) -> Identity:
    """Return who the token is about.

    Raises:
        ProviderError: it is not the provider's word, or not about this log-in.

    """
    found = _check(token, discovery, application, nonce, now)
    if isinstance(found, ProviderError):
        # Outside the handler: a library's exception may hold the token, and would be kept.
        raise found
    return _identity(found, application)


def _check(
    token: str, discovery: Discovery, application: ClientConfig, nonce: str, now: datetime
) -> Mapping[str, object] | ProviderError:
    try:
        header = jws.extract_compact(token.encode()).headers()
        key_id = header.get("kid")
        key = discovery.find_key(key_id if isinstance(key_id, str) else None)
        algorithms = [*discovery.metadata().algorithms]
        signed = jwt.decode(token, key, algorithms=algorithms)
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": application.issuer},
                "aud": {"essential": True, "value": application.client_id},
            },
            params={"nonce": nonce, "client_id": application.client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except ProviderError as error:
        return error
    except JoseError as error:
        claim = getattr(error, "claim", "")
        return ProviderError(Failure.UNTRUSTED, f"ID token: {error.error} {claim}".strip())
    except UNREADABLE:
        return ProviderError(Failure.UNTRUSTED, "ID token: cannot be read")
    return dict(claims)


def _identity(claims: Mapping[str, object], application: ClientConfig) -> Identity:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _is_subject(subject):
        raise ProviderError(Failure.UNTRUSTED, "ID token: sub is no name")
    verified = claims.get("email_verified") in YES or claims.get("xms_edov") in YES
    return Identity(
        issuer=application.issuer,
        subject=subject,
        email=_text(claims, "email", limits.EMAIL) if verified else None,
        name=_text(claims, "name", limits.NAME) or "",
        groups=_groups(claims, application.roles_claim),
        authenticated_at=_time(claims.get("auth_time")),
    )


def _is_subject(text: str) -> bool:
    """Return whether a text names an account: as it is stored, no other one is the same."""
    return 0 < len(text) <= limits.GROUP and not characters.find_invisible(text)


def _text(claims: Mapping[str, object], name: str, most: int) -> str | None:
    """Return a claim, trimmed; None if it is too long or has invisible characters."""
    value = claims.get(name)
    if not isinstance(value, str) or len(value) > most:
        return None
    text = characters.trim(value)
    return None if characters.find_invisible(text) else text


def _time(value: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None


def _groups(claims: Mapping[str, object], path: str) -> frozenset[str]:
    """Return the values of a claim, a list or one text: by its name, or inside others by dots."""
    value: object = claims.get(path)
    if value is None:
        value = claims
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    listed = value if isinstance(value, list) else [value]
    return frozenset(item for item in listed if isinstance(item, str) and len(item) <= limits.GROUP)
