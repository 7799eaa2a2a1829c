"""What every page about a selection does: it finds the users, and starts a job for them."""

from collections.abc import Sequence

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.jobs.register import JobKind, NewRow
from dashboard.services.selections.selections import FrozenUsers, NoSuchSelectionError
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import redirect_to, shown_page
from dashboard.web.problems import Problem, problem_of
from dashboard.web.security.redirects import safe_path
from dashboard.web.submissions import sent_intent

LISTS = ("users.index", "desk.index")


def find_users(number: int) -> FrozenUsers:
    """Return the users of a selection of the person who asks; others are not found."""
    try:
        return services().selections.get(signed_in().staff.id, number)
    except NoSuchSelectionError:
        abort(404)


def find_back(given: str | None) -> str:
    """Return the address of the list that the person comes from, else the list of users.

    `given` is what an earlier step of the form says.
    """
    page = safe_path(given) or shown_page() or ""
    lists = {url_for(each) for each in LISTS}
    return page if page.partition("?")[0] in lists else url_for("users.index")


def start_job(kind: JobKind, rows: Sequence[NewRow]) -> ResponseReturnValue | Problem:
    """Start a job for the form that was sent, and lead to it; a problem where there is none."""
    intent = sent_intent(Action.JOBS_START, None)
    try:
        number = services().jobs.control.start(intent, kind, rows, actor())
    except NotRecordedError as error:
        return problem_of(error)
    return redirect_to(url_for("jobs.show", number=number))
