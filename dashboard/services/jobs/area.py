"""Jobs, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.actions import Action
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.columns import KnownColumns
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.jobs.kinds import Kind, Kinds
from dashboard.services.jobs.register import RegisterKind
from dashboard.services.jobs.runner import JobRunner
from dashboard.services.jobs.sending import Sending
from dashboard.services.jobs.set_owner import SetOwnerKind
from dashboard.services.jobs.set_tags import SetTagsKind
from dashboard.services.jobs.start_kyc import StartKycKind
from dashboard.services.kyc.start import KycStarts
from dashboard.services.owners.ownership import Ownership
from dashboard.services.permissions import Permission
from dashboard.services.registrations.register import Registrations
from dashboard.services.tags.user_tags import UserTags
from dashboard.store.jobs.jobs import JobKind


@dataclass(frozen=True)
class JobSettings:
    """The settings of jobs."""

    rows_most: int
    bulk_kyc: bool  # whether KYC is started for many
    link_ttl: timedelta


@dataclass(frozen=True)
class Performers:
    """What performs the rows of each kind; `others` are kinds of other areas."""

    registrations: Registrations
    kyc_starts: KycStarts
    tagging: UserTags
    ownership: Ownership
    sending: Sending
    others: Kinds


@dataclass(frozen=True)
class JobServices:
    """What people do with jobs, what the worker does, and what a kind of job needs."""

    control: JobControl
    runner: JobRunner
    kinds: Kinds
    register: RegisterKind
    start_kyc: StartKycKind
    sending: Sending
    columns: KnownColumns


def build_jobs(
    base: Foundation,
    budget: BackgroundBudget,
    performers: Performers,
    is_held_back: Callable[[], bool],
    settings: JobSettings,
) -> JobServices:
    """Build the services of the area."""
    register = RegisterKind(base.database, performers.registrations)
    start_kyc = StartKycKind(
        base.database, performers.kyc_starts, base.clock, link_ttl=settings.link_ttl
    )
    tags, owner = SetTagsKind(performers.tagging), SetOwnerKind(performers.ownership)
    registering, noting = Permission.USERS_REGISTER, Permission.NOTES_WRITE
    kinds: Kinds = {
        JobKind.REGISTER: Kind(registering, registering, register, calls_api=True),
        JobKind.START_KYC: Kind(
            Permission.KYC_BULK,
            Permission.KYC_START,
            start_kyc,
            calls_api=True,
            is_on=settings.bulk_kyc,
        ),
        JobKind.SEND_LINK: performers.sending.kind,
        JobKind.SET_TAGS: Kind(noting, Action.TAGS_SET, tags, calls_api=False),
        JobKind.SET_OWNER: Kind(noting, Action.OWNERS_ASSIGN, owner, calls_api=False),
        **performers.others,
    }
    return JobServices(
        control=JobControl(base, budget, kinds, rows_most=settings.rows_most),
        runner=JobRunner(base, budget, kinds, is_held_back),
        kinds=kinds,
        register=register,
        start_kyc=start_kyc,
        sending=performers.sending,
        columns=KnownColumns(base),
    )
