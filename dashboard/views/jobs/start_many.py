"""Starting KYC for many: a table of users with their names is checked, and becomes a job."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.jobs.columns import START_KYC
from dashboard.forms.jobs.start_many import Names, StartManyForm
from dashboard.forms.jobs.start_preview import LEFT_OUT, StartPreview
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.exports import files
from dashboard.services.exports.files import Format
from dashboard.services.exports.order import Export, Size
from dashboard.services.jobs.kinds import JobKind
from dashboard.services.jobs.start_kyc import Startable, StartKycKind, UsersFound
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings
from dashboard.web.files import give
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.routing import route
from dashboard.web.submissions import email_doubt, made_up_with, new_intent, sent_intent

PATH = "/kyc/start-many"
ACCESS = Permission.KYC_BULK
NEW_TABLE = {"check", "known", "users"}


@route(blueprint, PATH, access=ACCESS)
def new_start() -> ResponseReturnValue:
    """Ask for the users."""
    _kind()
    return _page(StartManyForm(restore_form("jobs.check_start")), None)


@route(blueprint, PATH, access=ACCESS, method="POST", form_at="jobs.new_start")
def check_start() -> ResponseReturnValue:
    """Check the rows, return those left out as a file, or start the job."""
    kind, wanted, form = _kind(), request.form.get("do", "check"), StartManyForm(request.form)
    most = services().jobs.control.rows_most
    file = request.files.get("file")
    if wanted == "check" and file and (content := file.read()) and not form.take_file(content):
        return _page(form, None, status=422)
    if wanted == "users" and form.validate():
        ids = form.user_ids()
        form.fill(ids, kind.find((), ids), _names)
    if wanted == "known":
        users = {user.user_id: user for user in kind.not_started(_has_names, most)}
        form.fill(users, UsersFound(users, {}), _names)
    preview = form.preview(kind.find, email_doubt(), most, keeps_ticks=wanted not in NEW_TABLE)
    if preview is None:
        return _page(form, None, status=422, trouble="nobody" if wanted == "known" else "")
    if wanted == "left_out":
        rows = files.in_batches(LEFT_OUT, preview.to_correct())
        parts = files.parts(Format.CSV, LEFT_OUT, rows)
        export = Export(parts, Size(len(preview.left_out), 0), now())
        return give(export, "left-out.csv", "text/csv")
    if wanted == "start":
        return _start(form, preview)
    return _page(form, preview, status=422 if form.column.errors else 200)


def _start(form: StartManyForm, preview: StartPreview) -> ResponseReturnValue:
    intent = sent_intent(Action.JOBS_START, None)
    if form.seen.data != form.fingerprint(preview.fields):
        return _page(form, preview, trouble="changed", status=422)
    chosen = preview.to_start()
    if not chosen:
        return _page(form, preview, trouble="none", status=422)
    if settings().is_production:
        if not form.is_confirmed(len(chosen)):
            return _page(form, preview, status=422)
    elif not form.was_asked(len(chosen)):
        return _page(form, preview, trouble="number", status=422)
    try:
        number = services().jobs.control.start(intent, JobKind.START_KYC, chosen, actor())
    except NotRecordedError as error:
        problem = problem_of(error)
        return _page(form, preview, problem=problem, status=problem.status)
    return redirect_to(url_for("jobs.show", number=number))


def _kind() -> StartKycKind:
    if not settings().bulk_kyc:
        abort(404)
    return services().jobs.start_kyc


def _names(user: Startable) -> Names:
    """Return the first and the last name that we know of a user."""
    if made_up := made_up_with(user.email):
        return made_up.first_name, made_up.last_name
    first, _blank, last = user.name.partition(" ")
    return first, last


def _has_names(user: Startable) -> bool:
    return all(_names(user))


def _page(
    form: StartManyForm,
    preview: StartPreview | None,
    *,
    status: int = 200,
    problem: Problem | None = None,
    trouble: str = "",
) -> ResponseReturnValue:
    return respond(
        "jobs/start_kyc.html",
        fragments={},
        status=status,
        form=form,
        preview=preview,
        field_names=START_KYC.fields,
        seen=form.fingerprint(preview.fields) if preview else "",
        intent=new_intent(Action.JOBS_START, None) if preview else "",
        most=services().jobs.control.rows_most,
        problem=problem,
        trouble=trouble,
    )
