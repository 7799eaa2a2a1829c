"""The lab, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.jobs.kinds import Kind
from dashboard.services.kyc.area import KycServices
from dashboard.services.lab.bundle import LabBundles
from dashboard.services.lab.runs import LabRuns
from dashboard.services.lab.scenarios.reports import Reports
from dashboard.services.lab.scenarios.scenarios import Scenarios
from dashboard.services.lab.settings import LabSettings
from dashboard.services.lab.taking import StepTaker
from dashboard.services.lab.tokens import LabTokens
from dashboard.services.lab.work import LabWork
from dashboard.services.permissions import Permission
from dashboard.services.ports import UserSource
from dashboard.services.registrations.register import Registrations
from dashboard.services.tokens.issue import Tokens


@dataclass(frozen=True)
class LabServices:
    """Runs, the tokens that they show, and their bundles; scenarios and their reports."""

    runs: LabRuns
    tokens: LabTokens
    bundles: LabBundles
    scenarios: Scenarios
    reports: Reports


def lab_kind(
    base: Foundation,
    settings: LabSettings,
    users: UserSource,
    budget: BackgroundBudget,
    registrations: Registrations,
    kyc: KycServices,
    is_held_back: Callable[[], bool],
) -> Kind:
    """Return the kind of job that a run is. It draws its calls from the budget itself."""
    taker = StepTaker(
        base,
        users=users,
        registrations=registrations,
        starts=kyc.starts,
        reconciler=kyc.reconciler,
        simulator=settings.simulator,
        link_ttl=settings.link_ttl,
    )
    is_simulated = settings.simulator is not None
    work = LabWork(base, taker, budget, is_held_back, is_simulated=is_simulated)
    run = Permission.LAB_RUN
    return Kind(run, run, work, calls_api=False, is_on=settings.is_on)


def build_lab(
    base: Foundation,
    settings: LabSettings,
    control: JobControl,
    tokens: Tokens,
    scenarios: Scenarios,
) -> LabServices:
    """Build the services of the area."""
    is_simulated = settings.simulator is not None
    return LabServices(
        runs=LabRuns(base, control, settings.test_email, is_simulated=is_simulated),
        tokens=LabTokens(base, tokens),
        bundles=LabBundles(base),
        scenarios=scenarios,
        reports=Reports(scenarios.run, base),
    )
