"""Emailing many users their active link: a list is previewed, and its rows become a job."""

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.jobs.send_many import SINCE, SendManyForm
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import NotRecordedError
from dashboard.services.contacts.ways import Way
from dashboard.services.jobs.recipients import Recipients
from dashboard.services.jobs.register import JobKind
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings, zone
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.problems import Problem, problem_of
from dashboard.web.routing import route
from dashboard.web.sight import reader
from dashboard.web.submissions import new_intent, sent_intent

PATH = "/kyc/send-many"
ACCESS = Permission.KYC_BULK


@route(blueprint, PATH, access=ACCESS)
def new_send() -> ResponseReturnValue:
    """Ask whom to email."""
    _require_way()
    return _page(_form(restore_form("jobs.send_many")), None)


@route(blueprint, PATH, access=ACCESS, method="POST", form_at="jobs.new_send")
def send_many() -> ResponseReturnValue:
    """Show who would get an email, or start the job for the list that was shown."""
    _require_way()
    form, starts = _form(request.form), request.form.get("do") == "start"
    if starts and (number := _started()):
        return redirect_to(url_for("jobs.show", number=number))
    if not form.validate():
        return _page(form, None, status=422)
    since = form.shown_time() if starts else form.chosen_time()
    found = services().jobs.sending.recipients.find(form.user_ids, since, reader())
    return _start(form, found) if starts else _page(form, found)


def _started() -> int | None:
    """Return the job that the same form has started: its list differs once emails were sent."""
    return services().jobs.sending.find_started(sent_intent(Action.JOBS_START, None))


def _start(form: SendManyForm, found: Recipients) -> ResponseReturnValue:
    if form.seen.data != found.fingerprint:
        return _page(form, found, has_changed=True, status=422)
    if not found.chosen:
        return _page(form, found, status=422)
    if settings().is_production and not form.is_confirmed(len(found.chosen)):
        return _page(form, found, status=422)
    intent, rows = sent_intent(Action.JOBS_START, None), found.rows()
    try:
        number = services().jobs.control.start(intent, JobKind.SEND_LINK, rows, actor())
    except NotRecordedError as error:
        problem = problem_of(error)
        return _page(form, found, problem=problem, status=problem.status)
    return redirect_to(url_for("jobs.show", number=number))


def _form(given: MultiDict[str, str] | None) -> SendManyForm:
    most = services().jobs.control.rows_most
    return SendManyForm(given, zone=zone(), now=now(), most=most)


def _page(
    form: SendManyForm,
    found: Recipients | None,
    *,
    status: int = 200,
    problem: Problem | None = None,
    has_changed: bool = False,
) -> ResponseReturnValue:
    return respond(
        "jobs/send.html",
        fragments={},
        status=status,
        form=form,
        found=found,
        choices=SINCE,
        intent=new_intent(Action.JOBS_START, None) if found else "",
        most=services().jobs.control.rows_most,
        problem=problem,
        has_changed=has_changed,
    )


def _require_way() -> None:
    if Way.MAIL not in settings().contact_ways:
        abort(404)
