"""Every service: what `wiring.build_services` puts together, for the web and the worker."""

from dataclasses import dataclass

from dashboard.services.account import Account
from dashboard.services.attempts import Attempts
from dashboard.services.audit import Audit
from dashboard.services.auth import Auth
from dashboard.services.breaker import Breaker
from dashboard.services.budgets import Budgets
from dashboard.services.colleagues import Colleagues
from dashboard.services.conduct import Conduct
from dashboard.services.confirming import Confirming
from dashboard.services.credentials import ApiCredentials
from dashboard.services.desk import Desk
from dashboard.services.enrolment import Enrolment
from dashboard.services.exports import Exports
from dashboard.services.freezing import Freezing
from dashboard.services.health import Health
from dashboard.services.intents import Intents
from dashboard.services.kept_forms import KeptForms
from dashboard.services.kyc import Kyc
from dashboard.services.kyc_import import KycImport
from dashboard.services.kyc_settlement import KycSettlement
from dashboard.services.links import Links
from dashboard.services.mailing import Mailing
from dashboard.services.overview import Overview
from dashboard.services.own_sessions import OwnSessions
from dashboard.services.pairs_overview import PairsOverview
from dashboard.services.probe import Probe
from dashboard.services.registration import Registering
from dashboard.services.revealing import Revealing
from dashboard.services.rotation import Rotation
from dashboard.services.rounds import Rounds
from dashboard.services.second_factors import SecondFactors
from dashboard.services.second_step import SecondStep
from dashboard.services.sessions import Sessions
from dashboard.services.settlement import Settlement
from dashboard.services.single_sign_on import SingleSignOn
from dashboard.services.staff import Staff
from dashboard.services.token_limit import TokenLimit
from dashboard.services.tokens import Tokens
from dashboard.services.upstream import Upstream
from dashboard.services.users import Users


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
