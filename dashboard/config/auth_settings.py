"""The settings of logging in: second factors, step-up, mail, and single sign-on (OIDC)."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from dashboard.config.types import List, Pairs, ShownText, named_roles
from dashboard.services.permissions import Role

ALWAYS_IN_PRODUCTION = frozenset({Role.ISSUER, Role.ADMIN})


def _roles(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in set(Role)]:
        raise ValueError(f"{', '.join(unknown)} is not a role: the roles are {', '.join(Role)}")
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
    oidc_name: ShownText = Field("", max_length=40, validation_alias="OIDC_NAME")
    oidc_roles_claim: str = Field("groups", validation_alias="OIDC_ROLES_CLAIM")
    oidc_roles: Pairs = Field({}, validation_alias="OIDC_ROLES")

    @property
    def role_table(self) -> dict[str, frozenset[str]]:
        """Which roles follow from which value of the claim."""
        return {value: named_roles(names) for value, names in self.oidc_roles.items()}

    def asks_again(self, environment: str) -> bool:
        """Return whether dangerous actions need step-up: always in production."""
        return self.step_up or environment == "production"

    def second_factor_for(self, environment: str) -> frozenset[str]:
        """Return the roles that need a second factor: in production every role, unless set."""
        if environment != "production":
            return frozenset(self.second_factor_roles or ())
        if self.second_factor_roles is None:
            return frozenset(Role)
        return frozenset(self.second_factor_roles) | ALWAYS_IN_PRODUCTION
