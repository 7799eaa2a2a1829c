"""Every service: what `wiring.build_services` puts together, for the web and the worker."""

from dataclasses import dataclass

from dashboard.services.account.preferences import Account
from dashboard.services.account.sessions import OwnSessions
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intents
from dashboard.services.audit.log import Audit
from dashboard.services.auth.login import Auth
from dashboard.services.auth.mfa.enrolment import Enrolment
from dashboard.services.auth.mfa.login import SecondStep
from dashboard.services.auth.mfa.verify import SecondFactors
from dashboard.services.auth.one_time_links import Links
from dashboard.services.auth.saved_forms import KeptForms
from dashboard.services.auth.sessions import Sessions
from dashboard.services.auth.sso.flow import SingleSignOn
from dashboard.services.auth.step_up import Confirming
from dashboard.services.credentials.active import ApiCredentials
from dashboard.services.credentials.freeze import Freezing
from dashboard.services.credentials.overview import PairsOverview
from dashboard.services.credentials.rotation import Rotation
from dashboard.services.exports.exports import Exports
from dashboard.services.kyc.link_import import KycImport
from dashboard.services.kyc.reconcile import KycSettlement
from dashboard.services.kyc.start import Kyc
from dashboard.services.kyc_desk import Desk
from dashboard.services.operations.heartbeat import Rounds
from dashboard.services.operations.readiness import Health
from dashboard.services.overview import Overview
from dashboard.services.recorder.budgets import Budgets
from dashboard.services.registrations.reconcile import Settlement
from dashboard.services.registrations.register import Registering
from dashboard.services.staff.activity import Conduct
from dashboard.services.staff.link_mail import Mailing
from dashboard.services.staff.manage import Staff
from dashboard.services.staff.profiles import Colleagues
from dashboard.services.tokens.hourly_limit import TokenLimit
from dashboard.services.tokens.issue import Tokens
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import Upstream
from dashboard.services.upstream.probe import Probe
from dashboard.services.users.reveal import Revealing
from dashboard.services.users.search import Users


@dataclass(frozen=True)
class Services:
    """Every service, built once a process."""

    account: Account
    api_credentials: ApiCredentials
    attempts: Attempts
    audit: Audit
    auth: Auth
    breaker: Breaker
    budgets: Budgets
    colleagues: Colleagues
    conduct: Conduct
    confirming: Confirming
    desk: Desk
    enrolment: Enrolment
    exports: Exports
    freezing: Freezing
    health: Health
    intents: Intents
    kept_forms: KeptForms
    kyc: Kyc
    kyc_import: KycImport
    kyc_settlement: KycSettlement
    links: Links
    mailing: Mailing
    overview: Overview
    own_sessions: OwnSessions
    pairs: PairsOverview
    probe: Probe
    registering: Registering
    revealing: Revealing
    rotation: Rotation
    rounds: Rounds
    second_factors: SecondFactors
    second_step: SecondStep
    sessions: Sessions
    settlement: Settlement
    single_sign_on: SingleSignOn | None  # where it is set up
    staff: Staff
    token_limit: TokenLimit
    tokens: Tokens
    upstream: Upstream
    users: Users
