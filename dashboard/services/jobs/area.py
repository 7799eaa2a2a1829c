"""Jobs, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.columns import KnownColumns
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.jobs.register import RegisterKind
from dashboard.services.jobs.runner import JobRunner
from dashboard.services.registrations.register import Registrations
from dashboard.store.jobs.jobs import JobKind


@dataclass(frozen=True)
class JobServices:
    """What people do with jobs, what the worker does, and what a kind of job needs."""

    control: JobControl
    runner: JobRunner
    register: RegisterKind
    columns: KnownColumns


def build_jobs(
    base: Foundation,
    budget: BackgroundBudget,
    registrations: Registrations,
    is_held_back: Callable[[], bool],
    *,
    rows_most: int,
) -> JobServices:
    """Build the services of the area."""
    register = RegisterKind(base.database, registrations)
    return JobServices(
        control=JobControl(base, budget, rows_most=rows_most),
        runner=JobRunner(base, budget, {JobKind.REGISTER: register}, is_held_back),
        register=register,
        columns=KnownColumns(base),
    )
