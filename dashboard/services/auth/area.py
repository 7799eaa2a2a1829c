"""Logging in, sessions, second factors and step-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from dashboard.crypto.keyring import KeyPurpose
from dashboard.oidc.models import Provider
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
from dashboard.services.foundation import Foundation
from dashboard.store.limits.table import Counters


@dataclass(frozen=True)
class AuthSettings:
    """The configuration of logging in."""

    by_password: bool
    logins_at_once: int
    required_factor_roles: frozenset[str]
    session_idle: timedelta
    session_longest: timedelta
    claimed_roles: Mapping[str, frozenset[str]]
    brand: str


@dataclass(frozen=True)
class AuthServices:
    """The log-in services. `sso` is None where it is not set up."""

    login: PasswordLogin
    enrolment: Enrolment
    factors: FactorVerifier
    links: OneTimeLinks
    password_rules: PasswordRules
    saved_forms: SavedForms
    second_factor: SecondFactorLogin
    sessions: Sessions
    sso: SingleSignOn | None
    step_up: StepUp
    throttle: LoginThrottle


def build_auth(
    base: Foundation, settings: AuthSettings, counters: Counters, provider: Provider | None
) -> AuthServices:
    """Build the services of the area."""
    database, chain, clock = base.database, base.chain, base.clock
    throttle = LoginThrottle(counters, base.keyring.keys(KeyPurpose.LIMIT), clock)
    rules = PasswordRules(settings.brand)
    factor_encryptor, login_encryptor = map(base.encryptor, (KeyPurpose.FACTOR, KeyPurpose.LOG_IN))
    factors = FactorVerifier(database, factor_encryptor, settings.required_factor_roles, clock)
    accounts = SsoAccounts(
        database, chain, clock, settings.claimed_roles, by_password=settings.by_password
    )
    return AuthServices(
        login=PasswordLogin(database, chain, throttle, clock, at_once=settings.logins_at_once),
        enrolment=Enrolment(
            factors, factor_encryptor, database, chain, clock, by_password=settings.by_password
        ),
        factors=factors,
        links=OneTimeLinks(database, chain, throttle, rules, clock),
        password_rules=rules,
        saved_forms=SavedForms(database, base.encryptor(KeyPurpose.KEPT), clock),
        second_factor=SecondFactorLogin(
            factors,
            throttle,
            LoginAudit(database, chain, clock),
            login_encryptor,
            database,
            clock,
        ),
        sessions=Sessions(
            database, chain, clock, idle=settings.session_idle, longest=settings.session_longest
        ),
        sso=(
            SingleSignOn(provider, accounts, login_encryptor, database, throttle, clock)
            if provider
            else None
        ),
        step_up=StepUp(factors, throttle, database, chain, clock),
        throttle=throttle,
    )
