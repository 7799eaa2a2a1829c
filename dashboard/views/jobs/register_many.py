"""Registering many users: a table is pasted or uploaded, checked, and its rows become a job."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.jobs.columns import REGISTER
from dashboard.forms.jobs.preview import LEFT_OUT, Preview
from dashboard.forms.jobs.register_many import RegisterManyForm
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.exports import files
from dashboard.services.exports.files import Format
from dashboard.services.exports.order import Export, Size
from dashboard.services.jobs.register import JobKind
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings
from dashboard.web.files import give
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.routing import route
from dashboard.web.submissions import email_doubt, new_intent, sent_intent

PATH = "/users/register-many"
ACCESS = Permission.USERS_REGISTER


@route(blueprint, PATH, access=ACCESS)
def new() -> ResponseReturnValue:
    """Ask for the rows."""
    return _page(RegisterManyForm(restore_form("jobs.check")), None)


@route(blueprint, PATH, access=ACCESS, method="POST", form_at="jobs.new")
def check() -> ResponseReturnValue:
    """Check the rows, return those left out as a file, or start the job."""
    wanted, form = request.form.get("do", "check"), RegisterManyForm(request.form)
    file = request.files.get("file")
    if wanted == "check" and file and (content := file.read()) and not form.take_file(content):
        return _page(form, None, status=422)
    jobs = services().jobs
    most = jobs.control.rows_most
    keeps_ticks = wanted != "check"
    preview = form.preview(jobs.register.known, email_doubt(), most, keeps_ticks=keeps_ticks)
    if preview is None:
        return _page(form, None, status=422)
    if wanted == "left_out":
        rows = files.in_batches(LEFT_OUT, preview.to_correct())
        parts = files.parts(Format.CSV, LEFT_OUT, rows)
        export = Export(parts, Size(len(preview.left_out), 0), now())
        return give(export, "left-out.csv", "text/csv")
    if wanted == "start":
        return _start(form, preview)
    return _page(form, preview, status=422 if form.column.errors else 200)


def _start(form: RegisterManyForm, preview: Preview) -> ResponseReturnValue:
    intent = sent_intent(Action.JOBS_START, None)
    if form.seen.data != form.fingerprint(preview.fields):
        return _page(form, preview, trouble="changed", status=422)
    chosen = preview.to_start()
    if not chosen:
        return _page(form, preview, trouble="none", status=422)
    if settings().is_production and not form.is_confirmed(len(chosen)):
        return _page(form, preview, status=422)
    try:
        number = services().jobs.control.start(intent, JobKind.REGISTER, chosen, actor())
    except NotRecordedError as error:
        problem = problem_of(error)
        return _page(form, preview, problem=problem, status=problem.status)
    return redirect_to(url_for("jobs.show", number=number))


def _page(
    form: RegisterManyForm,
    preview: Preview | None,
    *,
    status: int = 200,
    problem: Problem | None = None,
    trouble: str = "",
) -> ResponseReturnValue:
    return respond(
        "jobs/register.html",
        fragments={},
        status=status,
        form=form,
        preview=preview,
        field_names=REGISTER.fields,
        seen=form.fingerprint(preview.fields) if preview else "",
        intent=new_intent(Action.JOBS_START, None) if preview else "",
        most=services().jobs.control.rows_most,
        problem=problem,
        trouble=trouble,
    )
