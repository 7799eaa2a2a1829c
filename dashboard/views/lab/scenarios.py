"""Scenarios: the list, starting some, and the report that the worker makes."""

from flask import Blueprint, abort, after_this_request, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from dashboard.forms.lab.scenarios import ScenarioForm
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.lab.scenarios.points import ONLY_SIMULATOR, Scenario, points_of, section_of
from dashboard.services.permissions import Permission
from dashboard.web.context import actor, services
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.rendering.words import contract_points as words
from dashboard.web.routing import route
from dashboard.web.submissions import new_intent, sent_intent

ACCESS = Permission.LAB_RUN
REPORT = "lab/_report.html"
POLL_S = 2
blueprint = Blueprint("scenarios", __name__)


@route(blueprint, "/lab/scenarios", access=ACCESS)
def index() -> ResponseReturnValue:
    """Show the scenarios and the newest reports. Makes no API call."""
    return _index()


@route(blueprint, "/lab/scenarios", access=ACCESS, method="POST", form_at="scenarios.index")
def start() -> ResponseReturnValue:
    """Ask the worker for a report, once per form."""
    intent, form = sent_intent(ACCESS, None), ScenarioForm(request.form)
    if not form.validate():
        abort(400)
    try:
        number = services().lab.reports.ask(intent, form.wanted(), actor())
    except NotRecordedError as error:
        problem = problem_of(error)
        return _index(problem, problem.status)
    return redirect_to(url_for("scenarios.show", number=number))


@route(blueprint, "/lab/scenarios/<int:number>", access=ACCESS)
def show(number: int) -> ResponseReturnValue:
    """Show a report, failed checks first. Makes no API call."""
    found = services().lab.reports.find(number) or abort(404)
    fragments = {"report": REPORT}
    if is_poll():
        fragments[FOLLOW] = REPORT
        after_this_request(_in_place_of_all)
    return respond(
        "lab/report.html",
        fragments=fragments,
        report_page=found,
        poll_s=POLL_S,
        words=words,
        section_of=section_of,
    )


def _index(problem: Problem | None = None, status: int = 200) -> ResponseReturnValue:
    found = services().lab.reports.newest()
    return respond(
        "lab/scenarios.html",
        fragments={},
        status=status,
        problem=problem,
        scenarios=[(each, len(points_of(each)), each in ONLY_SIMULATOR) for each in Scenario],
        found=found,
        worker_runs=services().operations.heartbeat.is_running(),
        words=words,
        intent=new_intent(ACCESS, None),
    )


def _in_place_of_all(response: Response) -> Response:
    response.headers["HX-Retarget"] = "#report"
    return response
