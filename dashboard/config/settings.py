"""Typed configuration from the environment (and a `.env` file in development).

`load_config()` either returns a `Config` that is safe to start with or raises `UnsafeConfigError`,
whose text says for each finding what is wrong and what to set. No value of a secret is ever in it.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum
from inspect import signature
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from dashboard.config.backup_settings import BackupsOnSchedule
from dashboard.config.checks import CHECKS
from dashboard.config.directory_settings import DirectoryUpkeep
from dashboard.config.env_file import ENCODING, UnreadableEnvFileError, problems_of
from dashboard.config.story_settings import StorySettings
from dashboard.config.types import Pairs, Secrets, ShownText, TestEmail, ZoneName
from dashboard.config.urls import (
    LOOPBACK,
    ApiUrl,
    DatabaseUrl,
    Hosts,
    HostsAndDomains,
    PublicUrl,
    RedisUrl,
    TicketUrl,
)
from dashboard.crypto.keyring import Keyring
from dashboard.partner.credentials import Credentials
from dashboard.services.kyc_links import KycLinks


class Environment(StrEnum):
    """Which Qash this dashboard talks to. There is no default: guessing could move money."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    LOCAL = "local"


class UnsafeConfigError(Exception):
    """The configuration is missing, unreadable or unsafe; `findings` holds a sentence for each."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class Config(StorySettings, DirectoryUpkeep, BackupsOnSchedule):
    """Every setting of the product. `docs/settings.md` has an entry for each."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
        env_file_encoding=ENCODING,
    )

    environment: Environment = Field(validation_alias="DASHBOARD_ENVIRONMENT")
    secret_key: SecretStr = Field(validation_alias="DASHBOARD_SECRET_KEY")
    secret_key_fallbacks: Secrets = Field((), validation_alias="DASHBOARD_SECRET_KEY_FALLBACKS")
    database_url: DatabaseUrl = Field(
        "sqlite:///instance/dashboard.sqlite3",
        validation_alias="DATABASE_URL",
        repr=False,  # PostgreSQL's holds a password
    )
    redis_url: RedisUrl = Field(SecretStr(""), validation_alias="REDIS_URL")

    partner_api_url: ApiUrl = Field("http://localhost:8080", validation_alias="PARTNER_API_URL")
    partner_api_key: SecretStr = Field(validation_alias="PARTNER_API_KEY")
    partner_api_secret: SecretStr = Field(validation_alias="PARTNER_API_SECRET")
    partner_list_params: Pairs = Field({}, validation_alias="PARTNER_LIST_PARAMS")

    public_url: PublicUrl = Field("", validation_alias="PUBLIC_URL")
    trusted_hosts: HostsAndDomains = Field((), validation_alias="TRUSTED_HOSTS")
    hsts_subdomains: bool = Field(default=False, validation_alias="HSTS_SUBDOMAINS")
    proxies: int = Field(0, ge=0, le=10, validation_alias="PROXIES")
    web_threads: int = Field(16, ge=1, le=512, validation_alias="WEB_THREADS")
    metrics_port: int = Field(0, ge=0, le=65534, validation_alias="METRICS_PORT")
    session_idle_min: int = Field(60, ge=5, le=1440, validation_alias="SESSION_IDLE_MIN")
    session_max_h: int = Field(12, ge=1, le=168, validation_alias="SESSION_MAX_H")
    reveals_per_hour: int = Field(60, ge=1, le=10_000, validation_alias="REVEALS_PER_HOUR")
    user_views_per_hour: int = Field(600, ge=1, le=100_000, validation_alias="USER_VIEWS_PER_HOUR")
    kyc_link_hosts: Hosts = Field(("inquiry.withpersona.com",), validation_alias="KYC_LINK_HOSTS")
    kyc_link_ttl_h: int = Field(24, ge=1, le=720, validation_alias="KYC_LINK_TTL_H")

    time_zone: ZoneName = Field("UTC", validation_alias="TIME_ZONE")
    brand: ShownText = Field("Partner dashboard", max_length=40, validation_alias="BRAND")
    support_contact: ShownText = Field("", max_length=200, validation_alias="SUPPORT_CONTACT")
    ticket_url: TicketUrl = Field("", max_length=300, validation_alias="TICKET_URL")
    test_email: TestEmail = Field(
        "qa+{n}@example.org", max_length=200, validation_alias="TEST_EMAIL"
    )
    simulator_port: int = Field(8080, ge=1, le=65535, validation_alias="SIMULATOR_PORT")
    debug: bool = Field(default=False, validation_alias="FLASK_DEBUG")

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            raise ValueError("it is not UTF-8 text. Save it as UTF-8")
        return value

    @property
    def address(self) -> str:
        """Origin at which browsers find the dashboard, "" where that is only this machine."""
        if self.public_url:
            return self.public_url
        named = [host for host in self.trusted_hosts if host not in LOOPBACK]
        whole = [host for host in named if not host.startswith(".")]
        return f"https://{whole[0]}" if whole else ""

    @property
    def kyc_links(self) -> KycLinks:
        """The judge of verification links; `local` also trusts the simulator's own origin."""
        is_local = self.environment is Environment.LOCAL
        origin = self.partner_api_url.rstrip("/") if is_local else None
        return KycLinks(tuple(host.lower() for host in self.kyc_link_hosts), origin)

    @property
    def kyc_link_ttl(self) -> timedelta:
        """How long a verification link lives."""
        return timedelta(hours=self.kyc_link_ttl_h)

    @property
    def credentials(self) -> Credentials:
        """The key and the secret of the Partner API."""
        return Credentials(
            self.partner_api_key.get_secret_value(), self.partner_api_secret.get_secret_value()
        )

    @property
    def upstream_slots(self) -> int:
        """How many calls a worker may have under way; two threads are left for other pages."""
        return max(self.web_threads - 2, 1)

    @property
    def log_ins_at_once(self) -> int:
        """How many may log in at the same time in a worker: a flood leaves threads for pages."""
        return max(self.web_threads // 4, 1)

    @property
    def session_idle(self) -> timedelta:
        """How long a session lasts without a click."""
        return timedelta(minutes=self.session_idle_min)

    @property
    def session_longest(self) -> timedelta:
        """How long a session lasts at most."""
        return timedelta(hours=self.session_max_h)

    @property
    def keyring(self) -> Keyring:
        """The keys of every purpose."""
        return Keyring(
            self.secret_key.get_secret_value(),
            [old.get_secret_value() for old in self.secret_key_fallbacks],
        )


STAND_INS = {  # for what has no default, where only the other settings are looked at
    "DASHBOARD_ENVIRONMENT": Environment.LOCAL,
    "DASHBOARD_SECRET_KEY": "-",
    "PARTNER_API_KEY": "-",
    "PARTNER_API_SECRET": "-",
}


def load_config(env_file: Path | None = Path(".env"), **settings: str) -> Config:
    """Read the configuration: `settings` first, then the environment, then `env_file`.

    Raises:
        UnsafeConfigError: something is missing, unreadable or unsafe. It names all of it.

    """
    findings, broken = _look_over(env_file), frozenset[str]()
    try:
        config = _read(env_file, settings)
    except ValidationError as error:
        findings += [_sentence(item) for item in error.errors()]
        broken = frozenset(str(item["loc"][0]) for item in error.errors())
        config = _read(env_file, {**settings, **_stand_ins(broken)})
    findings += unsafe(config, broken)
    if findings:
        raise UnsafeConfigError(findings)
    return config


def unsafe(config: Config, broken: Collection[str] = ()) -> list[str]:
    """Return a sentence for every reason not to start; no check sees a `broken` setting."""
    fields = {
        name: getattr(config, name)
        for name, field in Config.model_fields.items()
        if field.validation_alias not in broken
    }
    needed = [(check, signature(check).parameters) for check in CHECKS]
    return [
        sentence
        for check, names in needed
        if fields.keys() >= names.keys()
        for sentence in check(**{name: fields[name] for name in names})
    ]


def _look_over(env_file: Path | None) -> list[str]:
    try:
        return [*problems_of(env_file)]
    except UnreadableEnvFileError as error:
        raise UnsafeConfigError([str(error)]) from None


def _read(env_file: Path | None, settings: Mapping[str, object]) -> Config:
    return Config(_env_file=env_file, **settings)  # type: ignore[arg-type]  # parsed there


def _stand_ins(broken: Collection[str]) -> dict[str, object]:
    defaults = {
        str(field.validation_alias): field.default for field in Config.model_fields.values()
    }
    return {name: {**defaults, **STAND_INS}[name] for name in broken}


def _sentence(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0])
    if error["type"] == "missing":
        return f"{name} is not set. Set it in the environment or in .env."
    return f"{name} cannot be used: {str(error['msg']).removeprefix('Value error, ')}."
