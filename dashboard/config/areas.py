"""The configuration of each area of the services."""

from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dashboard.config.settings import Config, Environment
from dashboard.config.urls import LOOPBACK
from dashboard.crypto.keyring import KeyPurpose
from dashboard.mail import SmtpMailer
from dashboard.oidc.models import ClientConfig, Provider
from dashboard.partner.assumptions import list_params
from dashboard.partner.simulator import SimulatorControls
from dashboard.services.auth.area import AuthSettings
from dashboard.services.backup.checks import Restoring
from dashboard.services.backup.schedule import BackupSettings
from dashboard.services.contacts.ways import Way
from dashboard.services.desk.settings import DeskSettings, parse_due, parse_schedule
from dashboard.services.directory.settings import SyncSettings
from dashboard.services.jobs.area import JobSettings
from dashboard.services.lab.scenarios.scenarios import ScenarioSettings
from dashboard.services.lab.settings import LabSettings
from dashboard.services.ports import Clock, Meter
from dashboard.services.texts.texts import TextSettings
from dashboard.services.users.area import UserSettings
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.limits.table import Counters, LimitStorage


def audit_chain(config: Config) -> Chain:
    """Return the chain with the key that signs audit entries."""
    return Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)


def auth_settings(config: Config) -> AuthSettings:
    """Return the settings of logging in."""
    return AuthSettings(
        by_password=config.password_log_in,
        logins_at_once=config.log_ins_at_once,
        required_factor_roles=config.second_factor_for(config.environment),
        session_idle=config.session_idle,
        session_longest=config.session_longest,
        claimed_roles=config.role_table,
        brand=config.brand,
    )


def backup_settings(config: Config) -> BackupSettings:
    """Return the settings of backups."""
    every = timedelta(hours=config.backup_every_h)
    return BackupSettings(config.database_url, config.backup_dir, every, config.backup_keep)


def restoring(config: Config, clock: Clock) -> Restoring:
    """Return what a restored database has to fit."""
    return Restoring(config.environment, config.partner_api_url, audit_chain(config), clock)


def user_settings(config: Config) -> UserSettings:
    """Return the settings of users' pages."""
    return UserSettings(
        views_per_hour=config.user_views_per_hour,
        reveals_per_hour=config.reveals_per_hour,
        link_ttl=config.kyc_link_ttl,
        retention=timedelta(days=config.retention_days),
    )


def sync_settings(config: Config) -> SyncSettings:
    """Return the settings of the directory's upkeep."""
    return SyncSettings(config.directory, timedelta(hours=config.sync_sweep_h))


def desk_settings(config: Config) -> DeskSettings:
    """Return the settings of the desk."""
    return DeskSettings(
        keeps_directory=config.directory,
        link_ttl=config.kyc_link_ttl,
        due=parse_due(config.kyc_due_h),
        schedule=parse_schedule(config.follow_schedule),
        owner_lapses=timedelta(hours=config.owner_lapses_h),
    )


def job_settings(config: Config) -> JobSettings:
    """Return the settings of jobs."""
    return JobSettings(config.job_rows, may_start_kyc_for_many(config), config.kyc_link_ttl)


def may_start_kyc_for_many(config: Config) -> bool:
    """Return whether KYC is started for many: in production only if it is asked for."""
    in_production = config.environment is Environment.PRODUCTION
    return not in_production if config.bulk_kyc is None else config.bulk_kyc


def text_settings(config: Config) -> TextSettings:
    """Return the settings of texts to users."""
    return TextSettings(config.kyc_links, config.kyc_link_ttl, ZoneInfo(config.time_zone))


def simulator_url(config: Config) -> str:
    """Return where the simulator is: in `local`, an API on this machine is it. "" for others."""
    is_near = (urlsplit(config.partner_api_url).hostname or "") in LOOPBACK
    return config.partner_api_url if config.environment is Environment.LOCAL and is_near else ""


def build_simulator(config: Config, clock: Clock) -> SimulatorControls | None:
    """Return the controls of the simulator, None where the API is a real one."""
    url = simulator_url(config)
    return SimulatorControls(url, clock) if url else None


def lab_settings(config: Config, simulator: SimulatorControls | None) -> LabSettings:
    """Return the settings of the lab, which production doesn't have."""
    return LabSettings(
        test_email=config.test_email,
        link_ttl=config.kyc_link_ttl,
        is_on=config.environment is not Environment.PRODUCTION,
        simulator=simulator,
    )


def scenario_settings(config: Config, simulator: SimulatorControls | None) -> ScenarioSettings:
    """Return the settings of scenarios."""
    return ScenarioSettings(
        in_production=config.environment is Environment.PRODUCTION,
        simulator=simulator,
        list_names=list_params(config.partner_list_params),
        test_email=config.test_email,
    )


def build_counters(config: Config, database: Database, clock: Clock) -> Counters:
    """Return the counters of tries: Redis where it is set, else a table."""
    url = config.redis_url.get_secret_value()
    if not url:
        return LimitStorage(database, clock)
    from dashboard.store.limits.redis import RedisLimits  # noqa: PLC0415  what it needs is an extra

    return RedisLimits(url, f"dashboard-{config.environment}", clock)


def find_meter(config: Config) -> Meter | None:
    """Return what counts for the metrics, None where they are off."""
    if not config.metrics_port:
        return None
    from dashboard.metrics.meter import PrometheusMeter  # noqa: PLC0415  only where they are on

    return PrometheusMeter(config.upstream_slots)


def build_mailer(config: Config) -> SmtpMailer | None:
    """Return the mailer, None where it is not set up."""
    url = config.mail_url.get_secret_value()
    return SmtpMailer(url, config.mail_from) if url else None


def build_user_mailer(config: Config) -> SmtpMailer | None:
    """Return the mailer of emails to users, None where it is not set up."""
    url = config.mail_url.get_secret_value()
    if not (url and config.user_mail_from):
        return None
    return SmtpMailer(url, config.user_mail_from, is_automatic=False)


def contact_ways(config: Config) -> frozenset[Way]:
    """Return the ways to users that are offered: emails only where they are set up."""
    ways = {Way(name) for name in config.contact_ways}
    return frozenset(ways if build_user_mailer(config) else ways - {Way.MAIL})


def build_provider(config: Config, clock: Clock) -> Provider | None:
    """Return the provider of single sign-on, None where it is not set up."""
    if not config.oidc_issuer:
        return None
    from dashboard.oidc.client import OidcClient  # noqa: PLC0415  what it needs is an extra

    application = ClientConfig(
        config.oidc_issuer,
        config.oidc_client_id,
        config.oidc_client_secret.get_secret_value(),
        config.oidc_roles_claim if config.oidc_roles else "",
    )
    return OidcClient(application, clock)
