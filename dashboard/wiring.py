"""The services, put together over one database and one client: for the web and the worker."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from dashboard.config import areas
from dashboard.config.settings import Config, Environment
from dashboard.partner.client import PartnerClient
from dashboard.partner.raw.client import RawClient
from dashboard.partner.telemetry import CallRecord
from dashboard.services.account.area import build_account
from dashboard.services.attempts.area import build_attempts
from dashboard.services.audit.area import build_audit
from dashboard.services.auth.area import build_auth
from dashboard.services.backup.schedule import BackupSchedule
from dashboard.services.contacts.area import build_contacts
from dashboard.services.contacts.ways import Way
from dashboard.services.credentials.area import build_credentials
from dashboard.services.credentials.gate import CallGate, StatusObserver, ignore_status
from dashboard.services.desk.area import build_desk
from dashboard.services.directory.area import build_directory
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.exports.exports import Exports
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.area import Performers, build_jobs
from dashboard.services.jobs.send_links import SendingNeeds, build_sending
from dashboard.services.kyc.area import build_kyc
from dashboard.services.lab.area import build_lab, lab_kind
from dashboard.services.lab.scenarios.scenarios import Scenarios
from dashboard.services.notes.notes import Notes
from dashboard.services.operations.area import build_operations
from dashboard.services.overview.area import build_overview
from dashboard.services.owners.area import build_owners
from dashboard.services.ports import Clock, Meter
from dashboard.services.registrations.area import build_registrations
from dashboard.services.registry import Services
from dashboard.services.requests.log import RequestLog
from dashboard.services.saved_views.area import build_saved_views
from dashboard.services.seen import SeenUsers
from dashboard.services.selections.selections import Selections
from dashboard.services.staff.area import build_staff
from dashboard.services.story.area import build_story
from dashboard.services.tags.area import build_tags
from dashboard.services.texts.area import build_texts
from dashboard.services.tokens.area import build_tokens
from dashboard.services.upstream.area import build_upstream
from dashboard.services.upstream.breaker import Breaker
from dashboard.services.upstream.monitor import UpstreamMonitor
from dashboard.services.users.area import build_users
from dashboard.store.db.database import Database
from dashboard.store.jobs.jobs import JobKind

now: Clock = partial(datetime.now, UTC)


def build_services(
    config: Config,
    database: Database,
    clock: Clock = now,
    observer: StatusObserver = ignore_status,
    meter: Meter | None = None,
) -> Services:
    """Build every service over one database and one client; `observer` is told what calls read."""
    seen = SeenUsers(keeps_directory=config.directory)
    chain = replace(areas.audit_chain(config), observer=meter.recorded if meter else None)
    base = Foundation(database, chain, config.keyring, clock, seen)
    settings = areas.auth_settings(config)
    connect = partial(
        PartnerClient,
        config.partner_api_url,
        clock=clock,
        list_params=config.partner_list_params,
        slots=config.upstream_slots,
    )
    monitor, breaker = UpstreamMonitor(database, clock), Breaker(database, clock)
    credentials = build_credentials(base, config.credentials, monitor, connect)
    budget = BackgroundBudget(database, clock, per_min=config.upstream_budget_per_min)

    def observe(call: CallRecord) -> None:
        monitor.observe(call)
        budget.observe(call)
        if meter:
            meter.called(call)

    gate = CallGate(credentials.active, breaker, observer)
    client = connect(gate, observer=observe, meter=meter)
    raw = RawClient(
        config.partner_api_url, gate, clock=clock, observer=observe, expected=monitor.log_refused
    )
    attempts = build_attempts(base)
    counters = areas.build_counters(config, database, clock)
    auth = build_auth(base, settings, counters, areas.build_provider(config, clock))
    owner_lapses = timedelta(hours=config.owner_lapses_h)
    kyc = build_kyc(base, client, attempts, config.kyc_links)
    directory = build_directory(
        base,
        client,
        budget,
        areas.sync_settings(config),
        config.kyc_links,
        link_ttl=config.kyc_link_ttl,
        owner_lapses=owner_lapses,
    )
    users = build_users(
        base,
        areas.user_settings(config),
        client,
        monitor,
        kyc.reconciler,
        directory.looks.forget,
    )
    desk = build_desk(
        base,
        areas.desk_settings(config),
        directory,
        client,
        kyc.reconciler,
        credentials.active,
        breaker,
    )
    registrations = build_registrations(base, client, monitor, attempts)
    contacts = build_contacts(
        base,
        attempts.log,
        areas.build_user_mailer(config),
        mails_per_hour=config.user_mails_per_hour,
    )
    texts = build_texts(base, areas.text_settings(config))
    tags, owners = build_tags(base), build_owners(base, owner_lapses, areas.build_mailer(config))
    in_production = config.environment is Environment.PRODUCTION
    tokens = build_tokens(
        base,
        client,
        attempts,
        in_production=in_production,
        looks_at_once=config.upstream_slots if config.look else 0,
    )
    is_held_back = desk.following.is_held_back
    simulator = areas.build_simulator(config, clock)
    lab = areas.lab_settings(config, simulator)
    scenarios = Scenarios(raw, base, areas.scenario_settings(config, simulator))
    lab_work = lab_kind(base, lab, client, budget, registrations.attempts, kyc, is_held_back)
    sending = build_sending(
        base,
        SendingNeeds(attempts.log, users.api, texts.texts, contacts.mail, desk.list),
        budget,
        rows_most=config.job_rows,
        is_on=Way.MAIL in areas.contact_ways(config),
    )
    jobs = build_jobs(
        base,
        budget,
        Performers(
            registrations.attempts,
            kyc.starts,
            tags.users,
            owners.ownership,
            sending,
            {JobKind.LAB: lab_work},
        ),
        is_held_back,
        areas.job_settings(config),
    )
    return Services(
        account=build_account(base, auth),
        attempts=attempts,
        audit=build_audit(base),
        auth=auth,
        backups=BackupSchedule(
            database, areas.backup_settings(config), areas.restoring(config, clock)
        ),
        contacts=contacts,
        credentials=credentials,
        desk=desk,
        directory=directory,
        exports=Exports(database, base.chain, desk.list, clock, config.kyc_link_ttl),
        jobs=jobs,
        kyc=kyc,
        lab=build_lab(base, lab, jobs.control, tokens.issuer, scenarios),
        notes=Notes(base),
        operations=build_operations(base),
        overview=build_overview(
            base,
            client,
            monitor,
            desk.list,
            directory.listing,
            link_ttl=config.kyc_link_ttl,
            owner_lapses=owner_lapses,
        ),
        owners=owners,
        registrations=registrations,
        requests=RequestLog(
            database, clock, timedelta(days=config.request_log_days), monitor.flush
        ),
        saved_views=build_saved_views(base),
        selections=Selections(base),
        staff=build_staff(base, settings, areas.build_mailer(config)),
        tags=tags,
        texts=texts,
        story=build_story(
            base,
            link_ttl=config.kyc_link_ttl,
            visits_kept=timedelta(days=config.access_log_days),
        ),
        tokens=tokens,
        upstream=build_upstream(base, client, monitor, breaker, credentials.active.current),
        users=users,
    )
