"""The settings about who comes in: second factors, step-up, mail, and single sign-on (OIDC)."""

from importlib.util import find_spec
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from dashboard.services.roles import Role
from dashboard.setting_types import LOOPBACK, List, Pairs

ALWAYS_IN_PRODUCTION = frozenset({Role.ISSUER, Role.ADMIN})


def _roles(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in set(Role)]:
        raise ValueError(f"{', '.join(unknown)} is no role: there are {', '.join(Role)}")
    return names


class AccessSettings(BaseSettings):
    """`environment` is declared by `Config`, which these are part of."""

    step_up: bool = Field(default=False, validation_alias="STEP_UP")
    second_factor_roles: Annotated[List, AfterValidator(_roles)] | None = Field(
        None, validation_alias="SECOND_FACTOR_ROLES"
    )
    password_log_in: bool = Field(default=True, validation_alias="PASSWORD_LOG_IN")

    mail_url: SecretStr = Field(SecretStr(""), validation_alias="MAIL_URL")
    mail_from: str = Field("", max_length=254, validation_alias="MAIL_FROM")

    oidc_issuer: str = Field("", validation_alias="OIDC_ISSUER")
    oidc_client_id: str = Field("", validation_alias="OIDC_CLIENT_ID")
    oidc_client_secret: SecretStr = Field(SecretStr(""), validation_alias="OIDC_CLIENT_SECRET")
    oidc_name: str = Field("", max_length=40, validation_alias="OIDC_NAME")
    oidc_roles_claim: str = Field("groups", validation_alias="OIDC_ROLES_CLAIM")
    oidc_roles: Pairs = Field({}, validation_alias="OIDC_ROLES")

    @property
    def role_table(self) -> dict[str, frozenset[str]]:
        """Which roles follow from which value of the claim."""
        return {value: _named(names) for value, names in self.oidc_roles.items()}

    def asks_again(self, environment: str) -> bool:
        """Say whether dangerous actions ask again who it is (step-up): always in production."""
        return self.step_up or environment == "production"

    def second_factor_for(self, environment: str) -> frozenset[str]:
        """Return the roles that need a second factor: in production every role, unless set."""
        if environment != "production":
            return frozenset(self.second_factor_roles or ())
        if self.second_factor_roles is None:
            return frozenset(Role)
        return frozenset(self.second_factor_roles) | ALWAYS_IN_PRODUCTION


def unsafe_access(settings: AccessSettings) -> list[str]:
    """Return a sentence for every reason not to start with these settings."""
    return [*_single_sign_on(settings), *_mail(settings)]


def _single_sign_on(settings: AccessSettings) -> list[str]:
    findings = []
    given = (
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
    )
    if any(given) and not all(given):
        findings.append("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together.")
    if settings.oidc_issuer and not _is_private(settings.oidc_issuer, "https", "http"):
        findings.append(
            "OIDC_ISSUER must look like https://host, plain http to this machine alone: whoever "
            "reads along could log in as anybody."
        )
    if settings.oidc_issuer and find_spec("authlib") is None:
        findings.append(
            "OIDC_ISSUER is set, but what speaks to it is not installed: "
            "pip install -r requirements-sso.txt, or leave OIDC_ISSUER empty."
        )
    if unknown := sorted(
        name for names in settings.oidc_roles.values() for name in _named(names) - set(Role)
    ):
        findings.append(f"OIDC_ROLES names {', '.join(unknown)}: there are {', '.join(Role)}.")
    if not settings.password_log_in and not settings.oidc_issuer:
        findings.append("PASSWORD_LOG_IN is off without OIDC_ISSUER: nobody could log in.")
    return findings


def _mail(settings: AccessSettings) -> list[str]:
    url = settings.mail_url.get_secret_value()
    if not url and not settings.mail_from:
        return []
    findings = []
    if not url or not settings.mail_from:
        findings.append("MAIL_URL and MAIL_FROM go together.")
    if url and not _is_private(url, "smtps", "smtp"):
        findings.append(
            "MAIL_URL must look like smtps://user:password@host:465, plain smtp to this machine "
            "alone: one-time links would travel readable."
        )
    return findings


def _is_private(url: str, over_tls: str, plain: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == over_tls or (parts.scheme == plain and parts.hostname in LOOPBACK)


def _named(names: str) -> frozenset[str]:
    """Return the roles of one claim: `support+kyc`."""
    return frozenset(name.strip() for name in names.split("+"))
