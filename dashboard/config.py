"""Typed configuration from the environment (and a `.env` file in development).

`load_config()` either returns a `Config` that is safe to start with or raises `UnsafeConfigError`,
whose text says for each finding what is wrong and what to set. No value of a secret is ever in it.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from dashboard.access_settings import AccessSettings, unsafe_access
from dashboard.keyring import Keyring
from dashboard.partner.assumed import list_params
from dashboard.partner.credentials import Credentials
from dashboard.setting_types import (
    LOOPBACK,
    POSTGRESQL,
    ApiUrl,
    DatabaseUrl,
    List,
    Pairs,
    RedisUrl,
    Secrets,
    TestEmail,
    ZoneName,
)

VENDOR_DOMAIN = "qash.ai"
PRODUCTION_HOST = "api.qash.ai"
SANDBOX_HOST = "sandbox.api.qash.ai"
SIMULATOR_KEY = "qash_key_live_simulator"
SECRET_KEY_MIN = 32


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


class Config(AccessSettings):
    """Every setting of the product. `docs/settings.md` has a row for each."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
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

    trusted_hosts: List = Field((), validation_alias="TRUSTED_HOSTS")
    proxies: int = Field(0, ge=0, le=10, validation_alias="PROXIES")
    web_threads: int = Field(16, ge=1, le=512, validation_alias="WEB_THREADS")
    session_idle_min: int = Field(60, ge=5, le=1440, validation_alias="SESSION_IDLE_MIN")
    session_max_h: int = Field(12, ge=1, le=168, validation_alias="SESSION_MAX_H")
    reveals_per_hour: int = Field(60, ge=1, le=10_000, validation_alias="REVEALS_PER_HOUR")
    user_views_per_hour: int = Field(600, ge=1, le=100_000, validation_alias="USER_VIEWS_PER_HOUR")
    kyc_link_hosts: List = Field(("inquiry.withpersona.com",), validation_alias="KYC_LINK_HOSTS")
    kyc_link_ttl_h: int = Field(24, ge=1, le=720, validation_alias="KYC_LINK_TTL_H")

    time_zone: ZoneName = Field("UTC", validation_alias="TIME_ZONE")
    brand: str = Field("Partner dashboard", max_length=40, validation_alias="BRAND")
    support_contact: str = Field("", max_length=200, validation_alias="SUPPORT_CONTACT")
    test_email: TestEmail = Field(
        "qa+{n}@example.org", max_length=200, validation_alias="TEST_EMAIL"
    )
    simulator_port: int = Field(8080, ge=1, le=65535, validation_alias="SIMULATOR_PORT")
    debug: bool = Field(default=False, validation_alias="FLASK_DEBUG")

    @property
    def partner_host(self) -> str:
        """Host of the Partner API, lower case, without the port."""
        return (urlsplit(self.partner_api_url).hostname or "").lower().rstrip(".")

    @property
    def credentials(self) -> Credentials:
        """The key and the secret of the Partner API."""
        return Credentials(
            self.partner_api_key.get_secret_value(), self.partner_api_secret.get_secret_value()
        )

    @property
    def upstream_slots(self) -> int:
        """How many calls a worker may have under way: two threads are left for other pages."""
        return max(self.web_threads - 2, 1)

    @property
    def log_ins_at_once(self) -> int:
        """How many may log in at once in a worker: a flood of them leaves threads for pages."""
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


def load_config(env_file: Path | None = Path(".env"), **settings: str) -> Config:
    """Read the configuration: `settings` first, then the environment, then `env_file`.

    Raises:
        UnsafeConfigError: something is missing, unreadable or unsafe.

    """
    try:
        config = Config(_env_file=env_file, **settings)  # type: ignore[arg-type]  # parsed there
    except ValidationError as error:
        raise UnsafeConfigError([_sentence(item) for item in error.errors()]) from None
    if findings := unsafe(config):
        raise UnsafeConfigError(findings)
    return config


def unsafe(config: Config) -> list[str]:
    """Return a sentence for every reason not to start with this configuration."""
    return [
        *_weak_keys(config),
        *_unusable(config),
        *_wrong_upstream(config),
        *_debug(config),
        *unsafe_access(config),
    ]


def _unusable(config: Config) -> list[str]:
    """Return what the client would refuse only later."""
    findings = []
    try:
        _ = config.credentials
    except ValueError as error:
        findings.append(f"PARTNER_API_KEY or PARTNER_API_SECRET: {error}")
    try:
        list_params(config.partner_list_params)
    except ValueError as error:
        findings.append(str(error))
    if config.database_url.startswith(POSTGRESQL) and find_spec("psycopg") is None:
        findings.append("DATABASE_URL names PostgreSQL: install requirements-postgres.txt.")
    if config.redis_url.get_secret_value() and find_spec("redis") is None:
        findings.append("REDIS_URL is set: install requirements-redis.txt.")
    return findings


def _weak_keys(config: Config) -> list[str]:
    findings = []
    for key in (config.secret_key, *config.secret_key_fallbacks):
        value = key.get_secret_value()
        if len(value) < SECRET_KEY_MIN or len(set(value)) < SECRET_KEY_MIN // 4:
            findings.append(
                f"DASHBOARD_SECRET_KEY is weak: it wants {SECRET_KEY_MIN} random characters or "
                'more. Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
    return findings[:1]


def _wrong_upstream(config: Config) -> list[str]:
    url, host, environment = (
        urlsplit(config.partner_api_url),
        config.partner_host,
        config.environment,
    )
    vendor = host == VENDOR_DOMAIN or host.endswith("." + VENDOR_DOMAIN)
    findings = []
    if (
        url.scheme not in {"http", "https"}
        or not host
        or url.query
        or url.fragment
        or "@" in url.netloc
    ):
        findings.append(
            "PARTNER_API_URL must look like https://host, with nothing but a path after."
        )
    if url.scheme == "http" and host not in LOOPBACK:
        findings.append(
            "PARTNER_API_URL is plain http to another machine: the API secret would travel "
            "readable. Use https."
        )
    if host == PRODUCTION_HOST and environment is not Environment.PRODUCTION:
        findings.append(
            f"PARTNER_API_URL is {PRODUCTION_HOST}, which wants DASHBOARD_ENVIRONMENT=production."
        )
    elif host == SANDBOX_HOST and environment is not Environment.SANDBOX:
        findings.append(
            f"PARTNER_API_URL is {SANDBOX_HOST}, which wants DASHBOARD_ENVIRONMENT=sandbox."
        )
    elif (
        vendor
        and host not in {PRODUCTION_HOST, SANDBOX_HOST}
        and environment is not Environment.LOCAL
    ):
        findings.append(
            f"DASHBOARD_ENVIRONMENT={environment} does not go with {host}: the vendor names "
            f"{PRODUCTION_HOST} for production and {SANDBOX_HOST} for sandbox."
        )
    if vendor and config.partner_api_key.get_secret_value().startswith(SIMULATOR_KEY):
        findings.append(
            "PARTNER_API_KEY is a key of the simulator, PARTNER_API_URL is Qash itself."
        )
    return findings


def _debug(config: Config) -> list[str]:
    if config.debug and config.environment is not Environment.LOCAL:
        return ["FLASK_DEBUG is on outside DASHBOARD_ENVIRONMENT=local. Take it out."]
    return []


def _sentence(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0]) if error["loc"] else "The configuration"
    if error["type"] == "missing":
        return f"{name} is not set."
    return f"{name} cannot be used: {str(error['msg']).removeprefix('Value error, ')}."
