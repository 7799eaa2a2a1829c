"""Every service: what `wiring.build_services` puts together, for the web and the worker."""

from dataclasses import dataclass

from dashboard.services.account.preferences import Account
from dashboard.services.account.sessions import OwnSessions
from dashboard.services.attempts.attempts import Attempts
from dashboard.services.attempts.intents import Intents
from dashboard.services.audit.log import AuditLog
from dashboard.services.auth.login import PasswordLogin
from dashboard.services.auth.mfa.enrolment import Enrolment
from dashboard.services.auth.mfa.login import SecondFactorLogin
from dashboard.services.auth.mfa.verify import FactorVerifier
from dashboard.services.auth.one_time_links import OneTimeLinks
from dashboard.services.auth.saved_forms import SavedForms
from dashboard.services.auth.sessions import Sessions
from dashboard.services.auth.sso.flow import SingleSignOn
from dashboard.services.auth.step_up import StepUp
from dashboard.services.credentials.active import ActiveCredentials
from dashboard.services.credentials.freeze import CallFreeze
from dashboard.services.credentials.overview import CredentialsOverview
from dashboard.services.credentials.rotation import Rotation
from dashboard.services.exports.exports import Exports
from dashboard.services.kyc.link_import import KycImport
from dashboard.services.kyc.reconcile import KycReconciler
from dashboard.services.kyc.start import KycStarts
from dashboard.services.kyc_desk import Desk
from dashboard.services.operations.heartbeat import WorkerHeartbeat
from dashboard.services.operations.readiness import Readiness
from dashboard.services.overview import Overview
from dashboard.services.recorder.budgets import Budgets
from dashboard.services.registrations.reconcile import RegistrationReconciler
from dashboard.services.registrations.register import Registrations
from dashboard.services.staff.activity import StaffActivity
from dashboard.services.staff.link_mail import LinkMail
from dashboard.services.staff.manage import Staff
from dashboard.services.staff.profiles import StaffProfiles
from dashboard.services.tokens.hourly_limit import TokenLimit
from dashboard.services.tokens.issue import Tokens
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.upstream.probe import Probe
from dashboard.services.users.reveal import PiiReveals
from dashboard.services.users.search import Users


@dataclass(frozen=True)
class Services:
    """Every service, built once a process."""

    account: Account
    api_credentials: ActiveCredentials
    attempts: Attempts
    audit: AuditLog
    auth: PasswordLogin
    breaker: Breaker
    budgets: Budgets
    colleagues: StaffProfiles
    conduct: StaffActivity
    confirming: StepUp
    desk: Desk
    enrolment: Enrolment
    exports: Exports
    freezing: CallFreeze
    health: Readiness
    intents: Intents
    kept_forms: SavedForms
    kyc: KycStarts
    kyc_import: KycImport
    kyc_settlement: KycReconciler
    links: OneTimeLinks
    mailing: LinkMail
    overview: Overview
    own_sessions: OwnSessions
    pairs: CredentialsOverview
    probe: Probe
    registering: Registrations
    revealing: PiiReveals
    rotation: Rotation
    rounds: WorkerHeartbeat
    second_factors: FactorVerifier
    second_step: SecondFactorLogin
    sessions: Sessions
    settlement: RegistrationReconciler
    single_sign_on: SingleSignOn | None  # where it is set up
    staff: Staff
    token_limit: TokenLimit
    tokens: Tokens
    upstream: UpstreamMonitor
    users: Users
