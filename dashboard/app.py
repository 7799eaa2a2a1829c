"""`create_app`: the only place where the parts are put together."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.config import LOOPBACK, Config
from dashboard.keyring import Purpose
from dashboard.partner.assumed import list_params
from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import OpenGate
from dashboard.services.account import Account
from dashboard.services.attempts import Attempts
from dashboard.services.audit import Audit
from dashboard.services.auth import Auth
from dashboard.services.breaker import Breaker
from dashboard.services.colleagues import Colleagues
from dashboard.services.credentials import ApiCredentials, FreezeGate
from dashboard.services.credentials_log import CredentialsLog
from dashboard.services.desk import Desk
from dashboard.services.freezing import Freezing
from dashboard.services.health import Health
from dashboard.services.intents import Intents
from dashboard.services.kyc import Kyc
from dashboard.services.kyc_import import KycImport
from dashboard.services.kyc_settlement import KycSettlement
from dashboard.services.links import Links
from dashboard.services.lookup import Lookup
from dashboard.services.overview import Overview
from dashboard.services.pairs_overview import PairsOverview
from dashboard.services.ports import Clock
from dashboard.services.probe import Probe
from dashboard.services.registration import Registering
from dashboard.services.rotation import Rotation
from dashboard.services.rounds import Rounds
from dashboard.services.sealing import Sealer
from dashboard.services.sessions import Sessions
from dashboard.services.settlement import Settlement
from dashboard.services.settling import Settling
from dashboard.services.staff import Staff
from dashboard.services.tokens import Tokens
from dashboard.services.tries import Tries
from dashboard.services.upstream import Upstream
from dashboard.services.users import Users
from dashboard.store.audit import Chain
from dashboard.store.database import Database
from dashboard.views import (
    account,
    audit,
    auth,
    credentials,
    health,
    kyc,
    links,
    overview,
    settings,
    staff,
    tokens,
    users,
)
from dashboard.web.access import init_access
from dashboard.web.context import Services, Settings, init_context
from dashboard.web.errors import init_errors
from dashboard.web.formats import init_formats
from dashboard.web.htmx import init_htmx
from dashboard.web.i18n import init_i18n
from dashboard.web.logs import init_logs
from dashboard.web.outage import init_outage
from dashboard.web.routing import apply_cache, find_policy, require_policies
from dashboard.web.security import SecurityHeaders, init_origin, init_security
from dashboard.web.sessions import ServerSessions
from dashboard.web.standing import init_standing
from dashboard.web.static import init_static

ROOT = Path(__file__).parents[1]
BODY_MAX = 256 * 1024
AREAS = (
    account,
    audit,
    auth,
    credentials,
    health,
    kyc,
    links,
    overview,
    settings,
    staff,
    tokens,
    users,
)


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def create_app(config: Config, clock: Clock = now) -> Flask:
    """Build the application; `clock` tells every part of it the time.

    Raises:
        NotReadyError: the database has another schema, or belongs to another environment.
        UndeclaredRouteError: a route does not say who may open it.

    """
    database = Database(config.database_url)
    services = build_services(config, database, clock)
    services.health.examine()
    services.health.settle(config.environment, config.partner_api_url)
    services.attempts.close_abandoned()
    services.api_credentials.seal_anew()
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key.get_secret_value(),
        WTF_CSRF_SECRET_KEY=config.keyring.keys(Purpose.CSRF).oldest_first,
        MAX_CONTENT_LENGTH=BODY_MAX,
        MAX_FORM_MEMORY_SIZE=BODY_MAX,
        TRUSTED_HOSTS=[*(config.trusted_hosts or LOOPBACK)],
    )
    app.extensions["services"] = services
    app.extensions["settings"] = _settings(config)
    app.extensions["clock"] = clock
    app.session_interface = ServerSessions(
        services.sessions, config.keyring.keys(Purpose.SESSION), config.environment
    )
    _add_parts(app)
    _add_middleware(app, config)
    require_policies(app)
    return app


def build_services(config: Config, database: Database, clock: Clock = now) -> Services:
    """Build every service over one database and one client."""
    chain = Chain(config.keyring.keys(Purpose.CHAIN), config.environment)
    credentials_log = CredentialsLog(chain, clock)
    sealer = Sealer(config.keyring.keys(Purpose.CREDENTIAL))
    api_credentials = ApiCredentials(database, config.credentials, sealer, credentials_log, clock)
    upstream, breaker = Upstream(database, clock), Breaker(database, clock)
    client = PartnerClient(
        config.partner_api_url,
        api_credentials.current,
        clock=clock,
        list_params=config.partner_list_params,
        observer=upstream.observe,
        gate=FreezeGate(api_credentials, breaker),
        spare=api_credentials,
        slots=config.upstream_slots,
    )

    def try_with(pair: Credentials) -> PartnerClient:
        return PartnerClient(
            config.partner_api_url,
            lambda: pair,
            clock=clock,
            list_params=config.partner_list_params,
            observer=upstream.observe_trial,
            gate=FreezeGate(api_credentials, OpenGate()),
        )

    attempts = Attempts(database, chain, config.keyring.keys(Purpose.FINGERPRINT), clock)
    settling = Settling(attempts, chain, clock)
    kyc_settlement = KycSettlement(settling, database, clock)
    link_ttl = timedelta(hours=config.kyc_link_ttl_h)
    users = Users(client, database, clock, upstream, kyc_settlement, link_ttl=link_ttl)
    desk = Desk(users, database, clock, link_ttl=link_ttl)
    tries = Tries(database, config.keyring.keys(Purpose.LIMIT), clock)
    return Services(
        account=Account(database, chain, tries, clock),
        api_credentials=api_credentials,
        attempts=attempts,
        audit=Audit(database, chain, clock),
        auth=Auth(database, chain, tries, clock),
        breaker=breaker,
        colleagues=Colleagues(database, clock),
        credentials=api_credentials.current,
        desk=desk,
        freezing=Freezing(database, credentials_log, clock),
        health=Health(database),
        intents=Intents(config.keyring.keys(Purpose.INTENT), database, clock),
        kyc=Kyc(client, attempts, kyc_settlement, database),
        kyc_import=KycImport(database, chain, clock),
        kyc_settlement=kyc_settlement,
        links=Links(database, chain, tries, clock),
        overview=Overview(client, desk, upstream, database, clock),
        pairs=PairsOverview(api_credentials, upstream, database, clock),
        rotation=Rotation(api_credentials, try_with, database, credentials_log, clock),
        probe=Probe(client, breaker, lambda: api_credentials.current().id, clock),
        registering=Registering(client, attempts, database),
        rounds=Rounds(database, clock),
        sessions=Sessions(
            database,
            clock,
            idle=config.session_idle,
            longest=config.session_longest,
        ),
        settlement=Settlement(Lookup(client, upstream), settling, attempts, database, clock),
        staff=Staff(database, chain, clock),
        tokens=Tokens(client, attempts, database),
        users=users,
        upstream=upstream,
    )


def _settings(config: Config) -> Settings:
    return Settings(
        environment=config.environment,
        brand=config.brand,
        partner_api_url=config.partner_api_url,
        support_contact=config.support_contact,
        test_email=config.test_email,
        time_zone=config.time_zone,
        kyc_link_hosts=config.kyc_link_hosts,
        local_link_origin=config.partner_api_url if config.environment == "local" else None,
        link_ttl=timedelta(hours=config.kyc_link_ttl_h),
        session_idle=config.session_idle,
        session_longest=config.session_longest,
        list_params=list_params(config.partner_list_params),
    )


def _add_parts(app: Flask) -> None:
    app.before_request(_begin)
    init_logs(app)
    init_context(app)
    init_errors(app)
    init_htmx(app)
    init_origin(app)
    init_access(app)
    init_security(app)
    init_i18n(app)
    init_formats(app)
    init_standing(app)
    init_outage(app)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    app.after_request(_finish)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)


def _finish(response: Response) -> Response:
    apply_cache(find_policy(current_app, request.endpoint), response)
    response.headers["X-Request-Id"] = g.request_id
    return response


def _add_middleware(app: Flask, config: Config) -> None:
    init_static(app, ROOT / "static", ROOT / "instance" / "static")
    app.wsgi_app = SecurityHeaders(app.wsgi_app)  # type: ignore[method-assign]  # Flask's way
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's way
