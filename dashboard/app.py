"""`create_app`: the only place where the parts are put together."""

from pathlib import Path

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.config.areas import find_meter
from dashboard.config.public import public_settings
from dashboard.config.settings import Config, Environment
from dashboard.config.urls import OWN_NAMES
from dashboard.crypto.keyring import KeyPurpose
from dashboard.services.ports import Clock, Meter
from dashboard.services.staff.manage import FIRST_ADMIN
from dashboard.store.db.database import Database
from dashboard.views import BLUEPRINTS, OUTSIDE_PRODUCTION
from dashboard.web.auth.guard import init_access
from dashboard.web.auth.saved_forms import init_kept
from dashboard.web.auth.session_interface import ServerSessions
from dashboard.web.auth.step_up import init_step_up
from dashboard.web.context import init_context
from dashboard.web.errors import init_errors
from dashboard.web.htmx import init_htmx
from dashboard.web.lifecycle import init_lifecycle
from dashboard.web.middleware import Middleware
from dashboard.web.rendering.actions import init_actions
from dashboard.web.rendering.assets import init_static
from dashboard.web.rendering.banners import init_standing, keep_call_status
from dashboard.web.rendering.filters import init_formats
from dashboard.web.rendering.i18n import init_i18n
from dashboard.web.rendering.marks import init_marks
from dashboard.web.rendering.notes import init_notes
from dashboard.web.rendering.pii import init_personal
from dashboard.web.rendering.prefilled import init_prefilled
from dashboard.web.rendering.template_env import TemplateEnvironment
from dashboard.web.routing import init_routing, require_policies
from dashboard.web.security.csrf import init_csrf, init_origin
from dashboard.web.security.free_text import init_free_text
from dashboard.wiring import build_services, now

log = structlog.get_logger()
ROOT = Path(__file__).parents[1]
BODY_MAX = 256 * 1024


def create_app(config: Config, clock: Clock = now) -> Flask:
    """Build the application; `clock` tells every part of it the time.

    Raises:
        NotReadyError: the database has another schema, or belongs to another environment.
        UndeclaredRouteError: a route does not say who may open it.

    """
    meter = find_meter(config)
    app = assemble(config.environment, meter)
    furnish(app, config, clock, meter)
    return app


def assemble(environment: Environment, meter: Meter | None = None) -> Flask:
    """Return the pages without settings and services, which `furnish` gives them."""
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.jinja_environment = TemplateEnvironment
    app.config.update(MAX_CONTENT_LENGTH=BODY_MAX, MAX_FORM_MEMORY_SIZE=BODY_MAX)
    _add_parts(app, environment, meter)
    init_static(app, ROOT / "static", ROOT / "instance" / "static")
    require_policies(app)
    return app


def furnish(app: Flask, config: Config, clock: Clock, meter: Meter | None = None) -> None:
    """Give the pages everything that depends on settings, the database and the time."""
    built = build_services(config, Database(config.database_url), clock, keep_call_status, meter)
    built.operations.readiness.examine()
    built.operations.readiness.bind_environment(config.environment, config.partner_api_url)
    built.attempts.log.expire_abandoned()
    built.credentials.active.reencrypt()
    built.auth.factors.reencrypt()
    app.config.update(
        SECRET_KEY=config.secret_key.get_secret_value(),
        WTF_CSRF_SECRET_KEY=config.keyring.keys(KeyPurpose.CSRF).oldest_first,
        TRUSTED_HOSTS=[*(config.trusted_hosts or OWN_NAMES)],
    )
    app.extensions["services"] = built
    app.extensions["settings"] = public_settings(config)
    app.extensions["clock"] = clock
    app.session_interface = ServerSessions(
        built.auth.sessions, config.keyring.keys(KeyPurpose.SESSION), config.environment
    )
    _add_middleware(app, config, clock)
    if built.staff.members.is_empty():
        log.warning("no_staff", cure=FIRST_ADMIN)


def _add_parts(app: Flask, environment: Environment, meter: Meter | None) -> None:
    init_routing(app)
    init_lifecycle(app, meter)
    init_context(app)
    init_errors(app)
    init_htmx(app)
    init_origin(app)
    init_free_text(app)
    init_access(app)
    init_csrf(app)
    init_step_up(app)
    init_kept(app)
    init_i18n(app)
    init_formats(app)
    init_marks(app)
    init_notes(app)
    init_personal(app)
    init_prefilled(app)
    init_actions(app)
    init_standing(app)
    for blueprint in BLUEPRINTS:
        if environment is Environment.PRODUCTION and blueprint in OUTSIDE_PRODUCTION:
            continue
        app.register_blueprint(blueprint)


def _add_middleware(app: Flask, config: Config, clock: Clock) -> None:
    own_host = config.trusted_hosts[0].lstrip(".") if config.trusted_hosts else "localhost"
    app.wsgi_app = Middleware(  # type: ignore[method-assign]  # Flask's way
        app.wsgi_app, clock, own_host, hsts_subdomains=config.hsts_subdomains
    )
    if config.proxies:
        hops = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's way
