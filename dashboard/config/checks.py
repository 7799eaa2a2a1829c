"""Checks of several settings: combinations that would start and should not.

A check is a function whose parameters are fields of `Config`. It gives a sentence for each
problem, which names the setting and the fix. No value of a secret is ever in one.
"""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from importlib.util import find_spec
from urllib.parse import urlsplit

from pydantic import SecretStr

from dashboard.config.secret_checks import different_secrets, secret_key, secret_key_fallbacks
from dashboard.config.types import named_roles
from dashboard.config.urls import ESCAPED, LOOPBACK, OWN_NAMES, POSTGRESQL, is_bare, is_private
from dashboard.partner.assumptions import list_params
from dashboard.partner.credentials import Credentials
from dashboard.services.permissions import Role
from dashboard.text.emails import is_email

Check = Callable[..., Iterator[str]]
VENDOR_DOMAIN = "qash.ai"
VENDOR_HOSTS = {"production": "api.qash.ai", "sandbox": "sandbox.api.qash.ai"}
SIMULATOR_MARKS = ("qash_key_live_simulator", "qash_secret_live_simulator")


def credentials(partner_api_key: SecretStr, partner_api_secret: SecretStr) -> Iterator[str]:
    """Refuse what no header can carry."""
    try:
        Credentials(partner_api_key.get_secret_value(), partner_api_secret.get_secret_value())
    except ValueError as error:
        yield f"PARTNER_API_KEY or PARTNER_API_SECRET: {error}"


def list_names(partner_list_params: dict[str, str]) -> Iterator[str]:
    """Refuse names of parameters that the list does not have."""
    try:
        list_params(partner_list_params)
    except ValueError as error:
        yield str(error)


def extras(database_url: str, redis_url: SecretStr, oidc_issuer: str) -> Iterator[str]:
    """Refuse what needs a package that is not installed."""
    if database_url.startswith(POSTGRESQL) and find_spec("psycopg") is None:
        yield "DATABASE_URL names PostgreSQL: install requirements-postgres.txt."
    if redis_url.get_secret_value() and find_spec("redis") is None:
        yield "REDIS_URL is set: install requirements-redis.txt."
    if oidc_issuer and find_spec("authlib") is None:
        yield (
            "OIDC_ISSUER is set, but the library for it is not installed: "
            "pip install -r requirements-sso.txt, or leave OIDC_ISSUER empty."
        )


def upstream_url(partner_api_url: str) -> Iterator[str]:
    """Refuse what is not an address, or would get the API secret unencrypted."""
    url = urlsplit(partner_api_url)
    if url.scheme not in {"http", "https"} or not is_bare(url):
        yield "PARTNER_API_URL must look like https://host, with nothing but a path after."
    if url.scheme == "http" and host_of(partner_api_url) not in LOOPBACK:
        yield (
            "PARTNER_API_URL is plain http to another machine: the API secret would travel "
            "unencrypted. Use https."
        )


def upstream_environment(partner_api_url: str, environment: str) -> Iterator[str]:
    """Refuse an environment that the vendor's host does not belong to."""
    host = host_of(partner_api_url)
    own = next((name for name, known in VENDOR_HOSTS.items() if known == host), None)
    if own:
        if own != environment:
            yield f"PARTNER_API_URL is {host}, which needs DASHBOARD_ENVIRONMENT={own}."
    elif is_vendor(host) and environment in VENDOR_HOSTS:
        yield (
            f"DASHBOARD_ENVIRONMENT={environment} does not go with {host}: the vendor names "
            f"{VENDOR_HOSTS['production']} for production and {VENDOR_HOSTS['sandbox']} for "
            "sandbox. Change PARTNER_API_URL."
        )


def simulator_keys(
    partner_api_url: str,
    environment: str,
    partner_api_key: SecretStr,
    partner_api_secret: SecretStr,
) -> Iterator[str]:
    """Refuse the simulator's keys where real people are."""
    given = (partner_api_key.get_secret_value(), partner_api_secret.get_secret_value())
    of_simulator = any(map(str.startswith, given, SIMULATOR_MARKS))
    if of_simulator and (environment == "production" or is_vendor(host_of(partner_api_url))):
        yield (
            "PARTNER_API_KEY is a key of the simulator, which opens nothing at Qash: set "
            "PARTNER_API_KEY and PARTNER_API_SECRET to the key pair from Qash's console."
        )


def debug(debug: bool, environment: str) -> Iterator[str]:  # noqa: FBT001  a field
    """Refuse debugging outside `local`."""
    if debug and environment != "local":
        yield "FLASK_DEBUG is on outside DASHBOARD_ENVIRONMENT=local. Remove it."


def address(environment: str, public_url: str, trusted_hosts: tuple[str, ...]) -> Iterator[str]:
    """Require that production knows its address, and that it answers to it."""
    host = urlsplit(public_url).hostname or ""
    if environment == "production" and not public_url:
        yield (
            "PUBLIC_URL is not set, and production requires it. Set it to the address that "
            "staff open, such as PUBLIC_URL=https://dashboard.example.com"
        )
    if environment == "production" and not trusted_hosts:
        yield (
            "TRUSTED_HOSTS is not set, and production requires it. Set it to the host of that "
            f"address, such as TRUSTED_HOSTS={host or 'dashboard.example.com'}"
        )
    elif host and not _answers_to(host, trusted_hosts or OWN_NAMES):
        yield (
            f"PUBLIC_URL is at {host}, which TRUSTED_HOSTS does not name, so every page there "
            f"would be refused. Add it: TRUSTED_HOSTS={','.join([host, *trusted_hosts])}"
        )


def single_sign_on(
    oidc_issuer: str, oidc_client_id: str, oidc_client_secret: SecretStr, *, password_log_in: bool
) -> Iterator[str]:
    """Refuse half a provider, and one that could be overheard."""
    given = (oidc_issuer, oidc_client_id, oidc_client_secret.get_secret_value())
    if any(given) and not all(given):
        yield (
            "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together. Set all three or none."
        )
    if oidc_issuer and not (
        is_private(oidc_issuer, "https", "http") and is_bare(urlsplit(oidc_issuer))
    ):
        yield (
            "OIDC_ISSUER must look like https://host, plain http only to this machine: anyone "
            "who can read the traffic could log in as someone else."
        )
    if not password_log_in and not oidc_issuer:
        yield (
            "PASSWORD_LOG_IN is off without OIDC_ISSUER: no one could log in. Set OIDC_ISSUER, "
            "or PASSWORD_LOG_IN=on."
        )


def sso_roles(oidc_roles: dict[str, str]) -> Iterator[str]:
    """Refuse roles that don't exist."""
    named = frozenset[str]().union(*map(named_roles, oidc_roles.values()))
    if unknown := sorted(named - set(Role)):
        yield f"OIDC_ROLES names {', '.join(unknown)}, but the roles are {', '.join(Role)}."


def mail(mail_url: SecretStr, mail_from: str, user_mail_from: str) -> Iterator[str]:
    """Refuse half a mail server, and one that could be overheard."""
    url = mail_url.get_secret_value()
    if bool(url) != bool(mail_from):
        yield "MAIL_URL and MAIL_FROM go together. Set both or neither."
    if user_mail_from and not url:
        yield "USER_MAIL_FROM needs a mail server. Set MAIL_URL too, or neither."
    for name, sender in (("MAIL_FROM", mail_from), ("USER_MAIL_FROM", user_mail_from)):
        if sender and not _is_sender(sender):
            yield f"{name} must be an address, such as {name}=dashboard@example.com"
    if url and not is_private(url, "smtps", "smtp"):
        yield (
            f"MAIL_URL must look like smtps://user:password@host:465{ESCAPED}; plain smtp only to "
            "this machine: one-time links would travel unencrypted."
        )


CHECKS: tuple[Check, ...] = (
    secret_key,
    secret_key_fallbacks,
    different_secrets,
    credentials,
    list_names,
    extras,
    upstream_url,
    upstream_environment,
    simulator_keys,
    debug,
    address,
    single_sign_on,
    sso_roles,
    mail,
)


def _is_sender(text: str) -> bool:
    return text.isprintable() and is_email(f"{parseaddr(text)[1]}.example")  # a bare host will do


def host_of(url: str) -> str:
    """Return the host of an address, lower case, without the port."""
    return (urlsplit(url).hostname or "").rstrip(".")


def is_vendor(host: str) -> bool:
    """Return whether a host is Qash's."""
    return host == VENDOR_DOMAIN or host.endswith("." + VENDOR_DOMAIN)


def _answers_to(host: str, trusted_hosts: tuple[str, ...]) -> bool:
    return any(
        host == each.removeprefix(".") or (each.startswith(".") and host.endswith(each))
        for each in trusted_hosts
    )
