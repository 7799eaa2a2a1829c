"""The list of jobs, and each job, which people pause, resume, stop and retry.

Anyone who may open a job may control it.
"""

from collections.abc import Callable

from flask import abort, after_this_request, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from dashboard.forms.jobs.steering import JobListForm, JobRowsForm, PaceForm, ResultForm, RetryForm
from dashboard.services.actors import Actor
from dashboard.services.jobs.jobs import PACES
from dashboard.services.jobs.kinds import Job, JobKind, open_to
from dashboard.services.jobs.register import RowState
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings, signed_in
from dashboard.web.files import give
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.routing import route

PATH = "/jobs/<int:number>"
ACCESS = Permission.JOBS_OPEN
JOB = "jobs/_job.html"
POLL_S = 2
SHOWN = 500  # rows of a page


@route(blueprint, "/jobs", access=ACCESS)
def index() -> ResponseReturnValue:
    """Show jobs, newest first."""
    form = JobListForm(request.args)
    form.validate()
    usable = form.usable()
    mine = "by" in usable
    person = signed_in()
    found, older = services().jobs.control.newest(
        person.staff.id,
        frozenset() if mine else open_to(services().jobs.kinds, person.permissions),
        before=usable.get("before"),
    )
    return respond(
        "jobs/index.html",
        fragments={},
        jobs=found,
        older=older,
        mine=mine,
        worker_runs=services().operations.heartbeat.is_running(),
        unusable=form.dropped(),
    )


@route(blueprint, PATH, access=ACCESS)
def show(number: int) -> ResponseReturnValue:
    """Show how far a job is, and its rows. Makes no API call."""
    job = _find(number)
    if job.kind is JobKind.LAB:
        return redirect_to(url_for("lab.show", number=number))
    services().jobs.control.note_opened(job, signed_in().staff.id)
    return _show(job, RetryForm())


def _show(job: Job, retrying: RetryForm, *, status: int = 200) -> ResponseReturnValue:
    page, form = services().jobs.control.page(job), JobRowsForm(request.args)
    form.validate()
    fragments = {"job": JOB}
    if is_poll():
        fragments[FOLLOW] = JOB
        after_this_request(_in_place_of_all)
    return respond(
        "jobs/show.html",
        fragments=fragments,
        status=status,
        job_page=page,
        rows=form.shown(page.worst_first),
        shown_most=SHOWN,
        show=form.which,
        unusable=form.dropped(),
        retrying=retrying,
        time_left=services().jobs.sending.time_left(page),
        mail_limit=services().jobs.sending.find_limit(page),
        poll_s=POLL_S,
        paces=[each for each in PACES if each > page.budget_per_min] if page.per_min else [],
        mine=job.staff_id == signed_in().staff.id,
        took=job.took(now()),
    )


@route(blueprint, f"{PATH}/pause", access=ACCESS, method="POST")
def pause(number: int) -> ResponseReturnValue:
    """Send no more rows until the job is resumed."""
    return _change(number, services().jobs.control.pause)


@route(blueprint, f"{PATH}/resume", access=ACCESS, method="POST")
def resume(number: int) -> ResponseReturnValue:
    """Resume the job."""
    return _change(number, services().jobs.control.resume)


@route(blueprint, f"{PATH}/stop", access=ACCESS, method="POST")
def stop(number: int) -> ResponseReturnValue:
    """End the job; rows that were not sent never are."""
    return _change(number, services().jobs.control.stop)


@route(blueprint, f"{PATH}/retry", access=ACCESS, method="POST")
def retry(number: int) -> ResponseReturnValue:
    """Run the refused rows again. In production their number is typed, as at the start."""
    job, form = _find(number), RetryForm(request.form)
    refused = services().jobs.control.page(job).counted.counts.get(RowState.REFUSED, 0)
    if settings().is_production and refused and not form.is_confirmed(refused):
        return _show(job, form, status=422)
    return _change(number, services().jobs.control.retry)


@route(blueprint, f"{PATH}/pace", access=ACCESS, method="POST")
def pace(number: int) -> ResponseReturnValue:
    """Run the rows at a chosen pace, or at the background's."""
    form = PaceForm(request.form)
    if not form.validate():
        abort(400)
    return _change(
        number, lambda job, by: services().jobs.control.set_pace(job, form.per_min(), by)
    )


@route(blueprint, f"{PATH}.csv", access=ACCESS, step_up=True)
def result(number: int) -> ResponseReturnValue:
    """Ask what the rows and their outcomes are for: they hold emails."""
    return _ask(number, ResultForm(restore_form("jobs.give_result")))


@route(blueprint, f"{PATH}.csv", access=ACCESS, step_up=True, method="POST", form_at="jobs.result")
def give_result(number: int) -> ResponseReturnValue:
    """Return the rows and their outcomes as a file."""
    form = ResultForm(request.form)
    if not form.validate():
        return _ask(number, form, status=422)
    control = services().jobs.control
    page = control.page(_find(number))
    export = control.export(page, actor(), form.reason.data or "")
    return give(export, f"job-{number}.csv", "text/csv")


def _ask(number: int, form: ResultForm, *, status: int = 200) -> ResponseReturnValue:
    counted = services().jobs.control.page(_find(number)).counted
    return respond("jobs/result.html", fragments={}, status=status, form=form, counted=counted)


def _change(number: int, change: Callable[[int, Actor], None]) -> ResponseReturnValue:
    _find(number)
    change(number, actor())
    return redirect_to(url_for("jobs.show", number=number))


def _find(number: int) -> Job:
    """Return a job that the person may open: their own, or one of a kind that they may start."""
    job, person = services().jobs.control.find(number) or abort(404), signed_in()
    kinds = open_to(services().jobs.kinds, person.permissions)
    if job.staff_id != person.staff.id and kinds is not None and job.kind not in kinds:
        abort(403)
    return job


def _in_place_of_all(response: Response) -> Response:
    response.headers["HX-Retarget"] = "#job"
    return response
