"""What a list shows while the API gives none: the problem, and its users as they were last seen."""

from dataclasses import replace

from dashboard.partner.errors import PartnerError
from dashboard.services.user_filters import UserFilters
from dashboard.store.database import StoreError
from dashboard.web.context import services
from dashboard.web.errors import Problem, log_problem, problem_of
from dashboard.web.personal import sees_personal


def recalled(error: PartnerError, wanted: UserFilters, root: str, **shown: object) -> Problem:
    """Return the problem with what is remembered, in place of the part `root` of a page."""
    log_problem(error)
    problem = problem_of(error)
    try:
        remembered = services().users.recall(wanted, exactly=not sees_personal())
    except StoreError:
        remembered = None
    return replace(problem, root=root, shown={**problem.shown, **shown, "remembered": remembered})
