"""The list of runs with the form on top, and each run, which shows its steps and its tokens."""

from datetime import datetime

from flask import Response, abort, after_this_request, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.lab.runs import LANGUAGES, BundleForm, LabForm, LabListForm
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.lab.people import LabOrder
from dashboard.services.lab.runs import LabRun, PersonOfRun
from dashboard.services.permissions import Permission
from dashboard.views.lab import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, signed_in
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.rendering.curl import step_curl
from dashboard.web.routing import route
from dashboard.web.submissions import new_intent, sent_intent

PATH = "/lab/<int:number>"
ACCESS = Permission.LAB_RUN
RUN = "lab/_run.html"
POLL_S, PATIENT_POLL_S = 2, 30


@route(blueprint, "/lab", access=ACCESS)
def index() -> ResponseReturnValue:
    """Ask what a run is to make, above earlier runs. Makes no API call."""
    restored = restore_form("lab.start")
    return _list(LabForm(restored or _usual()))


@route(blueprint, "/lab", access=ACCESS, method="POST", form_at="lab.index")
def start() -> ResponseReturnValue:
    """Start a run with new people, once per form."""
    intent = sent_intent(Action.JOBS_START, None)
    form = LabForm(request.form)
    if not form.is_valid(services().lab.runs.goals, services().jobs.control.rows_most):
        return _list(form, status=422)
    try:
        number = services().lab.runs.start(intent, form.order(), actor())
    except NotRecordedError as error:
        problem = problem_of(error)
        return _list(form, status=problem.status, problem=problem)
    return redirect_to(url_for("lab.show", number=number))


@route(blueprint, PATH, access=ACCESS)
def show(number: int) -> ResponseReturnValue:
    """Show how far a run is, with the steps of its first person. Makes no API call."""
    return run_page(find_run(number), BundleForm(restore_form("lab.bundle")))


@route(blueprint, f"{PATH}/people/<int:person>", access=ACCESS)
def person(number: int, person: int) -> ResponseReturnValue:
    """Show the same with the steps of another person."""
    run = find_run(number)
    if not 0 < person <= len(run.people):
        abort(404)
    return run_page(run, BundleForm(), person=person)


@route(blueprint, f"{PATH}/stop", access=ACCESS, method="POST")
def stop(number: int) -> ResponseReturnValue:
    """End the run: no more steps are taken."""
    find_run(number)
    services().jobs.control.stop(number, actor())
    return redirect_to(url_for("lab.show", number=number))


@route(blueprint, f"{PATH}/repeat", access=ACCESS, method="POST")
def repeat(number: int) -> ResponseReturnValue:
    """Start the same run with new people."""
    intent = sent_intent(Action.JOBS_START, None)
    order: LabOrder = find_run(number).order
    if not order.count:
        abort(404)
    again = services().lab.runs.start(intent, order, actor())
    return redirect_to(url_for("lab.show", number=again))


@route(blueprint, f"{PATH}/tokens", access=ACCESS, method="POST", step_up=True, form_at="lab.show")
def tokens(number: int) -> ResponseReturnValue:
    """Issue the tokens of the run, one call for each user: only this answer holds them."""
    run = find_run(number)
    if not _is_mine(run):
        abort(403)
    intent = sent_intent(Permission.LAB_RUN, None)
    issued = services().lab.tokens.issue(run, intent, actor())
    return render_template("lab/tokens.html", run=run, tokens=issued)


def find_run(number: int) -> LabRun:
    """Return a run, or answer 404."""
    return services().lab.runs.find(number) or abort(404)


def run_page(run: LabRun, bundle: BundleForm, *, person: int = 1, status: int = 200) -> Response:
    """Render a run, or what changed since the page asked last."""
    services().jobs.control.note_opened(run.job, signed_in().staff.id)
    chosen = run.people[person - 1] if run.people else None
    fragments = {"run": RUN}
    if is_poll():
        is_same = request.args.get("seen") == run.mark and not run.job.is_over
        fragments[FOLLOW] = "lab/_follow.html" if is_same else RUN
        if not is_same:
            after_this_request(_in_place_of_all)
    return respond(
        "lab/show.html",
        fragments=fragments,
        status=status,
        run=run,
        chosen=chosen,
        inquiry=services().lab.runs.inquiry(chosen) if chosen and chosen.waits else None,
        next_check=_next_check(chosen),
        mine=_is_mine(run),
        took=run.job.took(now()),
        step_curl=step_curl,
        poll_s=PATIENT_POLL_S if run.waits else POLL_S,
        bundle=bundle,
        repeat_intent=new_intent(Action.JOBS_START, None) if run.job.is_over else "",
        token_intent=new_intent(Permission.LAB_RUN, None) if run.needing_tokens else "",
    )


def _list(form: LabForm, *, status: int = 200, problem: Problem | None = None) -> Response:
    asked = LabListForm(request.args)
    asked.validate()
    lab = services().lab.runs
    found, older = lab.newest(asked.usable().get("before"))
    return respond(
        "lab/index.html",
        fragments={},
        status=status,
        form=form,
        problem=problem,
        goals=lab.goals,
        languages=LANGUAGES,
        intent=new_intent(Action.JOBS_START, None),
        runs=found,
        older=older,
        test_users=lab.count_test_users(),
        worker_runs=services().operations.heartbeat.is_running(),
        unusable=asked.dropped(),
    )


def _usual() -> MultiDict[str, str]:
    """Return the form as it is first: one active user, for the reason of the last run."""
    reason = services().lab.runs.last_reason(signed_in().staff.id)
    usual = {"goal": "active", "count": "1", "language": "es", "user_type": "personal"}
    return MultiDict({**usual, "reason": reason or ""})


def _next_check(chosen: PersonOfRun | None) -> datetime | None:
    """Return when the API is to be asked about someone who is to pass KYC."""
    user_id = chosen.person.user_id if chosen and chosen.waits else None
    return services().desk.following.next_check(user_id) if user_id else None


def _is_mine(run: LabRun) -> bool:
    return run.job.staff_id == signed_in().staff.id


def _in_place_of_all(response: Response) -> Response:
    response.headers["HX-Retarget"] = "#run"
    return response
