"""The services, put together over one database and one client: for the web and the worker."""

from datetime import UTC, datetime, timedelta

from dashboard.config import Config
from dashboard.keyring import Purpose
from dashboard.partner.client import PartnerClient
from dashboard.partner.credentials import Credentials
from dashboard.partner.gate import OpenGate
from dashboard.services.account import Account
from dashboard.services.attempts import Attempts
from dashboard.services.audit import Audit
from dashboard.services.auth import Auth
from dashboard.services.breaker import Breaker
from dashboard.services.colleagues import Colleagues
from dashboard.services.conduct import Conduct
from dashboard.services.credentials import ApiCredentials, FreezeGate
from dashboard.services.credentials_log import CredentialsLog
from dashboard.services.desk import Desk
from dashboard.services.exports import Exports
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
from dashboard.services.revealing import Revealing
from dashboard.services.rotation import Rotation
from dashboard.services.rounds import Rounds
from dashboard.services.sealing import PairSealer
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
from dashboard.web.context import Services


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def build_services(config: Config, database: Database, clock: Clock = now) -> Services:
    """Build every service over one database and one client."""
    chain = Chain(config.keyring.keys(Purpose.CHAIN), config.environment)
    credentials_log = CredentialsLog(chain, clock)
    sealer = PairSealer(config.keyring.keys(Purpose.CREDENTIAL))
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
        conduct=Conduct(
            Colleagues(database, clock),
            database,
            clock,
            idle=config.session_idle,
            longest=config.session_longest,
        ),
        desk=desk,
        exports=Exports(database, chain, desk, clock),
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
        probe=Probe(client, breaker, api_credentials.current, clock),
        registering=Registering(client, attempts, database),
        revealing=Revealing(database, chain, clock),
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
