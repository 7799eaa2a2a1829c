"""Jobs, put together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.jobs.kinds import Kind, Kinds
from dashboard.services.jobs.register import RegisterKind
from dashboard.services.jobs.runner import JobRunner
from dashboard.services.jobs.start_kyc import StartKycKind
from dashboard.services.kyc.start import KycStarts
from dashboard.services.permissions import Permission
from dashboard.services.registrations.register import Registrations
from dashboard.store.jobs.jobs import JobKind


@dataclass(frozen=True)
class JobSettings:
    """The settings of jobs."""

    rows_most: int
    bulk_kyc: bool  # whether KYC is started for many
    link_ttl: timedelta


@dataclass(frozen=True)
class JobServices:
    """What people do with jobs, what the worker does, and what a kind of job needs."""

    control: JobControl
    runner: JobRunner
    kinds: Kinds
    register: RegisterKind
    start_kyc: StartKycKind


def build_jobs(
    base: Foundation,
    budget: BackgroundBudget,
    registrations: Registrations,
    kyc_starts: KycStarts,
    is_held_back: Callable[[], bool],
    others: Kinds,
    settings: JobSettings,
) -> JobServices:
    """Build the services of the area; `others` are kinds of other areas."""
    register = RegisterKind(base.database, registrations)
    start_kyc = StartKycKind(base.database, kyc_starts, base.clock, link_ttl=settings.link_ttl)
    registering = Permission.USERS_REGISTER
    kinds: Kinds = {
        JobKind.REGISTER: Kind(registering, registering, register, calls_api=True),
        JobKind.START_KYC: Kind(
            Permission.KYC_BULK,
            Permission.KYC_START,
            start_kyc,
            calls_api=True,
            is_on=settings.bulk_kyc,
        ),
        **others,
    }
    return JobServices(
        control=JobControl(base, budget, kinds, rows_most=settings.rows_most),
        runner=JobRunner(base, budget, kinds, is_held_back),
        kinds=kinds,
        register=register,
        start_kyc=start_kyc,
    )
