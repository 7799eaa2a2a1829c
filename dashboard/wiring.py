"""The services, put together over one database and one client: for the web and the worker."""

from datetime import UTC, datetime, timedelta

from dashboard.config.settings import Config
from dashboard.crypto.encryption import Encryptor
from dashboard.crypto.keyring import Purpose
from dashboard.mail import SmtpMailer
from dashboard.oidc.models import ClientConfig
from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.services.account.preferences import Account
from dashboard.services.account.sessions import OwnSessions
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intents
from dashboard.services.attempts.reconcile import OutcomeRecorder
from dashboard.services.audit.log import AuditLog
from dashboard.services.auth.login import PasswordLogin
from dashboard.services.auth.login_audit import LoginAudit
from dashboard.services.auth.mfa.enrolment import Enrolment
from dashboard.services.auth.mfa.login import SecondFactorLogin
from dashboard.services.auth.mfa.verify import FactorVerifier
from dashboard.services.auth.one_time_links import OneTimeLinks
from dashboard.services.auth.password_rules import PasswordRules
from dashboard.services.auth.saved_forms import SavedForms
from dashboard.services.auth.sessions import Sessions
from dashboard.services.auth.sso.accounts import SsoAccounts
from dashboard.services.auth.sso.flow import SingleSignOn
from dashboard.services.auth.step_up import StepUp
from dashboard.services.auth.throttle import LoginThrottle
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.credentials.freeze import CallFreeze
from dashboard.services.credentials.gate import (
    CallGate,
    StatusObserver,
    TrialGate,
    ignore_status,
)
from dashboard.services.credentials.overview import CredentialsOverview
from dashboard.services.credentials.pair_encryption import CredentialsEncryptor
from dashboard.services.credentials.rotation import Rotation
from dashboard.services.exports.exports import Exports
from dashboard.services.kyc.link_import import KycImport
from dashboard.services.kyc.links import KycLinks
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.kyc.start import KycStarts
from dashboard.services.kyc_desk import Desk
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import Readiness
from dashboard.services.overview import Overview
from dashboard.services.ports import Clock
from dashboard.services.recorder.budgets import Budget, Budgets, Kind
from dashboard.services.recorder.recorder import AuditRecorder
from dashboard.services.registrations.lookup import Lookup
from dashboard.services.registrations.reconcile import RegistrationReconciler
from dashboard.services.registrations.register import Registrations
from dashboard.services.registry import Services
from dashboard.services.staff.activity import StaffActivity
from dashboard.services.staff.link_mail import LinkMail
from dashboard.services.staff.manage import Staff
from dashboard.services.staff.profiles import StaffProfiles
from dashboard.services.tokens.hourly_limit import IN_PRODUCTION, TokenLimit
from dashboard.services.tokens.issue import Tokens
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe
from dashboard.services.users.openings import Openings
from dashboard.services.users.reveal import PiiReveals
from dashboard.services.users.search import Users
from dashboard.store.audit.chain import Chain
from dashboard.store.db.database import Database
from dashboard.store.limits.table import Counters, LimitStorage


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def build_services(
    config: Config,
    database: Database,
    clock: Clock = now,
    observer: StatusObserver = ignore_status,
) -> Services:
    """Build every service over one database and one client; `observer` is told what calls read."""
    chain = Chain(config.keyring.keys(Purpose.CHAIN), config.environment)
    credentials_log = AuditRecorder(chain, clock)
    sealer = CredentialsEncryptor(config.keyring.keys(Purpose.CREDENTIAL))
    api_credentials = ActiveCredentials(
        database, config.credentials, sealer, credentials_log, clock
    )
    upstream, breaker = UpstreamMonitor(database, clock), Breaker(database, clock)
    client = PartnerClient(
        config.partner_api_url,
        CallGate(api_credentials, breaker, observer),
        clock=clock,
        list_params=config.partner_list_params,
        observer=upstream.observe,
        slots=config.upstream_slots,
    )

    def try_with(pair: Credentials) -> PartnerClient:
        return PartnerClient(
            config.partner_api_url,
            TrialGate(pair, api_credentials),
            clock=clock,
            list_params=config.partner_list_params,
            observer=upstream.observe_trial,
        )

    attempts = Attempts(database, chain, config.keyring.keys(Purpose.FINGERPRINT), clock)
    settling = OutcomeRecorder(attempts, chain, clock)
    kyc_settlement = KycReconciler(settling, database, clock)
    link_ttl = timedelta(hours=config.kyc_link_ttl_h)
    openings = Openings(database, clock, Budget(Kind.USER_VIEWS, config.user_views_per_hour))
    users = Users(client, database, clock, upstream, kyc_settlement, openings, link_ttl=link_ttl)
    desk = Desk(users, database, clock, link_ttl=link_ttl)
    counters = build_counters(config, database, clock)
    tries = LoginThrottle(counters, config.keyring.keys(Purpose.LIMIT), clock)
    rules = PasswordRules(config.brand)
    limits = IN_PRODUCTION if config.environment == "production" else {}
    token_limit = TokenLimit(limits, database, chain, clock)
    factor_sealer = Encryptor(config.keyring.keys(Purpose.FACTOR))
    second_factors = FactorVerifier(
        database, factor_sealer, config.second_factor_for(config.environment), clock
    )
    sessions = Sessions(database, clock, idle=config.session_idle, longest=config.session_longest)
    colleagues = StaffProfiles(
        database,
        clock,
        idle=config.session_idle,
        longest=config.session_longest,
        factor_roles=config.second_factor_for(config.environment),
    )
    return Services(
        account=Account(database, chain, tries, rules, clock),
        api_credentials=api_credentials,
        attempts=attempts,
        audit=AuditLog(database, chain, clock),
        auth=PasswordLogin(database, chain, tries, clock, at_once=config.log_ins_at_once),
        breaker=breaker,
        budgets=Budgets(database, chain, clock),
        colleagues=colleagues,
        conduct=StaffActivity(
            colleagues,
            database,
            clock,
            idle=config.session_idle,
            longest=config.session_longest,
        ),
        confirming=StepUp(second_factors, tries, database, chain, clock),
        desk=desk,
        enrolment=Enrolment(
            second_factors,
            factor_sealer,
            database,
            chain,
            clock,
            by_password=config.password_log_in,
        ),
        exports=Exports(database, chain, desk, clock),
        freezing=CallFreeze(database, credentials_log, clock),
        health=Readiness(database),
        intents=Intents(config.keyring.keys(Purpose.INTENT), database, clock),
        kept_forms=SavedForms(database, Encryptor(config.keyring.keys(Purpose.KEPT)), clock),
        kyc=KycStarts(client, attempts, kyc_settlement, database),
        kyc_import=KycImport(database, chain, clock, kyc_links_of(config)),
        kyc_settlement=kyc_settlement,
        links=OneTimeLinks(database, chain, tries, rules, clock),
        mailing=LinkMail(_mail(config)),
        overview=Overview(client, desk, upstream, database, clock),
        own_sessions=OwnSessions(sessions, database, chain, clock),
        pairs=CredentialsOverview(api_credentials, upstream, database, clock),
        rotation=Rotation(api_credentials, try_with, database, credentials_log, clock),
        probe=Probe(client, breaker, api_credentials.current, clock),
        registering=Registrations(client, attempts, database, clock),
        revealing=PiiReveals(database, chain, clock, Budget(Kind.REVEALS, config.reveals_per_hour)),
        rounds=WorkerHeartbeat(database, clock),
        second_factors=second_factors,
        second_step=SecondFactorLogin(
            second_factors,
            tries,
            LoginAudit(database, chain, clock),
            Encryptor(config.keyring.keys(Purpose.LOG_IN)),
            database,
            clock,
        ),
        sessions=sessions,
        settlement=RegistrationReconciler(
            Lookup(client, upstream), settling, attempts, database, clock
        ),
        single_sign_on=_single_sign_on(config, database, chain, tries, clock),
        staff=Staff(database, chain, clock, by_password=config.password_log_in, brand=config.brand),
        token_limit=token_limit,
        tokens=Tokens(client, attempts, token_limit, database, clock),
        users=users,
        upstream=upstream,
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


def _single_sign_on(
    config: Config, database: Database, chain: Chain, tries: LoginThrottle, clock: Clock
) -> SingleSignOn | None:
    if not config.oidc_issuer:
        return None
    from dashboard.oidc.client import OidcClient  # noqa: PLC0415  what it needs is an extra

    application = ClientConfig(
        config.oidc_issuer,
        config.oidc_client_id,
        config.oidc_client_secret.get_secret_value(),
        config.oidc_roles_claim if config.oidc_roles else "",
    )
    accounts = SsoAccounts(
        database, chain, clock, config.role_table, by_password=config.password_log_in
    )
    sealer = Encryptor(config.keyring.keys(Purpose.LOG_IN))
    return SingleSignOn(OidcClient(application, clock), accounts, sealer, database, tries, clock)


def kyc_links_of(config: Config) -> KycLinks:
    """Return what knows verification links; `local` also trusts the simulator's own origin."""
    origin = config.partner_api_url.rstrip("/") if config.environment == "local" else None
    return KycLinks(tuple(host.lower() for host in config.kyc_link_hosts), origin)
