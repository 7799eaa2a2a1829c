"""The services, put together over one database and one client: for the web and the worker."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from dashboard.config.settings import Config, Environment
from dashboard.crypto.keyring import KeyPurpose
from dashboard.mail import SmtpMailer
from dashboard.oidc.models import ClientConfig, Provider
from dashboard.partner.client import PartnerClient
from dashboard.partner.gate import Gate
from dashboard.partner.telemetry import CallRecord
from dashboard.services.account.area import build_account
from dashboard.services.attempts.area import build_attempts
from dashboard.services.audit.area import build_audit
from dashboard.services.auth.area import AuthSettings, build_auth
from dashboard.services.credentials.area import build_credentials
from dashboard.services.credentials.gate import CallGate, StatusObserver, ignore_status
from dashboard.services.exports.exports import Exports
from dashboard.services.foundation import Foundation
from dashboard.services.kyc.area import build_kyc
from dashboard.services.kyc_desk import Desk
from dashboard.services.operations.area import build_operations
from dashboard.services.overview import Overview
from dashboard.services.ports import Clock
from dashboard.services.registrations.area import build_registrations
from dashboard.services.registry import Services
from dashboard.services.staff.area import build_staff
from dashboard.services.tokens.area import build_tokens
from dashboard.services.upstream.area import UpstreamServices
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe
from dashboard.services.users.area import UserSettings, build_users
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.limits.table import Counters, LimitStorage

now: Clock = partial(datetime.now, UTC)


def build_services(
    config: Config,
    database: Database,
    clock: Clock = now,
    observer: StatusObserver = ignore_status,
) -> Services:
    """Build every service over one database and one client; `observer` is told what calls read."""

    def connect(gate: Gate, told: Callable[[CallRecord], None]) -> PartnerClient:
        return PartnerClient(
            config.partner_api_url,
            gate,
            clock=clock,
            list_params=config.partner_list_params,
            observer=told,
            slots=config.upstream_slots,
        )

    chain = Chain(config.keyring.keys(KeyPurpose.CHAIN), config.environment)
    base = Foundation(database, chain, config.keyring, clock)
    settings = AuthSettings(
        by_password=config.password_log_in,
        logins_at_once=config.log_ins_at_once,
        required_factor_roles=config.second_factor_for(config.environment),
        session_idle=config.session_idle,
        session_longest=config.session_longest,
        claimed_roles=config.role_table,
        brand=config.brand,
    )
    monitor, breaker = UpstreamMonitor(database, clock), Breaker(database, clock)
    credentials = build_credentials(base, config.credentials, monitor, connect)
    client = connect(CallGate(credentials.active, breaker, observer), monitor.observe)
    attempts = build_attempts(base)
    auth = build_auth(base, settings, build_counters(config, database, clock), _sso(config, clock))
    kyc = build_kyc(base, client, attempts, config.kyc_links)
    user_settings = UserSettings(
        config.user_views_per_hour, config.reveals_per_hour, config.kyc_link_ttl
    )
    users = build_users(base, user_settings, client, monitor, kyc.reconciler)
    desk = Desk(users.directory, database, clock, link_ttl=config.kyc_link_ttl)
    in_production = config.environment is Environment.PRODUCTION
    return Services(
        account=build_account(base, auth),
        attempts=attempts,
        audit=build_audit(base),
        auth=auth,
        credentials=credentials,
        desk=desk,
        exports=Exports(database, chain, desk, clock),
        kyc=kyc,
        operations=build_operations(base),
        overview=Overview(client, desk, monitor, database, clock),
        registrations=build_registrations(base, client, monitor, attempts),
        staff=build_staff(base, settings, _mail(config)),
        tokens=build_tokens(base, client, attempts, in_production=in_production),
        upstream=UpstreamServices(
            monitor, breaker, Probe(client, breaker, credentials.active.current, clock)
        ),
        users=users,
    )


def build_counters(config: Config, database: Database, clock: Clock) -> Counters:
    """Return what counts tries: Redis where it is set, else a table."""
    url = config.redis_url.get_secret_value()
    if not url:
        return LimitStorage(database, clock)
    from dashboard.store.limits.redis import RedisLimits  # noqa: PLC0415  what it needs is an extra

    return RedisLimits(url, f"dashboard-{config.environment}", clock)


def _mail(config: Config) -> SmtpMailer | None:
    url = config.mail_url.get_secret_value()
    return SmtpMailer(url, config.mail_from) if url else None


def _sso(config: Config, clock: Clock) -> Provider | None:
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
