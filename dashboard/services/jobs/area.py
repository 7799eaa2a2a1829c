"""Jobs, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.services.actions import Action
from dashboard.services.directory.budget import BackgroundBudget
from dashboard.services.foundation import Foundation
from dashboard.services.jobs.jobs import JobControl
from dashboard.services.jobs.kinds import Kind, Kinds
from dashboard.services.jobs.register import RegisterKind
from dashboard.services.jobs.runner import JobRunner
from dashboard.services.jobs.set_owner import SetOwnerKind
from dashboard.services.jobs.set_tags import SetTagsKind
from dashboard.services.owners.ownership import Ownership
from dashboard.services.permissions import Permission
from dashboard.services.registrations.register import Registrations
from dashboard.services.tags.user_tags import UserTags
from dashboard.store.jobs.jobs import JobKind


@dataclass(frozen=True)
class JobServices:
    """What people do with jobs, what the worker does, and what a kind of job needs."""

    control: JobControl
    runner: JobRunner
    kinds: Kinds
    register: RegisterKind


def build_jobs(
    base: Foundation,
    budget: BackgroundBudget,
    registrations: Registrations,
    tagging: UserTags,
    ownership: Ownership,
    is_held_back: Callable[[], bool],
    *,
    rows_most: int,
) -> JobServices:
    """Build the services of the area."""
    register = RegisterKind(base.database, registrations)
    registering = Permission.USERS_REGISTER
    noting, tags, owner = Permission.NOTES_WRITE, SetTagsKind(tagging), SetOwnerKind(ownership)
    kinds = {
        JobKind.REGISTER: Kind(registering, registering, register, calls_api=True),
        JobKind.SET_TAGS: Kind(noting, Action.TAGS_SET, tags, calls_api=False),
        JobKind.SET_OWNER: Kind(noting, Action.OWNERS_ASSIGN, owner, calls_api=False),
    }
    return JobServices(
        control=JobControl(base, budget, kinds, rows_most=rows_most),
        runner=JobRunner(base, budget, kinds, is_held_back),
        kinds=kinds,
        register=register,
    )
