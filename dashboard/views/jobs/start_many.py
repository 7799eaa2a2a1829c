"""Starting KYC for many: a table of users with their names is checked, and becomes a job."""

from flask import abort, request
from flask.typing import ResponseReturnValue

from dashboard.forms.jobs.columns import START_KYC
from dashboard.forms.jobs.start_many import Names, StartManyForm
from dashboard.services.jobs.kinds import JobKind
from dashboard.services.jobs.start_kyc import Startable, StartKycKind, UsersFound
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.views.jobs.tables import TablePage
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services, settings
from dashboard.web.routing import route
from dashboard.web.sight import reader
from dashboard.web.submissions import email_doubt, made_up_with

PATH = "/kyc/start-many"
ACCESS = Permission.KYC_BULK
PAGE = TablePage(JobKind.START_KYC, "jobs/start_kyc.html", START_KYC)
NEW_TABLE = {"check", "known", "users"}


@route(blueprint, PATH, access=ACCESS)
def new_start() -> ResponseReturnValue:
    """Ask for the users."""
    _kind()
    return PAGE.show(StartManyForm(restore_form("jobs.check_start")), None)


@route(blueprint, PATH, access=ACCESS, method="POST", form_at="jobs.new_start")
def check_start() -> ResponseReturnValue:
    """Check the rows, return those left out as a file, or start the job."""
    kind, wanted, form = _kind(), request.form.get("do", "check"), StartManyForm(request.form)
    most = services().jobs.control.rows_most
    if not PAGE.take(form):
        return PAGE.show(form, None, status=422)
    if wanted == "users" and form.validate():
        ids = form.user_ids()
        form.fill(ids, kind.find((), ids), _names)
    if wanted == "known":
        users = {user.user_id: user for user in kind.not_started(_has_names, most, reader())}
        form.fill(users, UsersFound(users, {}), _names)
    checked = form.preview(kind.find, email_doubt(), most, keeps_ticks=wanted not in NEW_TABLE)
    if checked is None:
        return PAGE.show(form, None, status=422, trouble="no one" if wanted == "known" else "")
    return PAGE.answer(form, checked, was_asked=form.was_asked(len(checked.chosen)))


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
