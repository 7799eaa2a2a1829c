"""Registering many users: a table is pasted or uploaded, checked, and its rows become a job."""

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.forms.jobs.columns import REGISTER
from dashboard.forms.jobs.register_many import RegisterManyForm
from dashboard.services.jobs.kinds import JobKind
from dashboard.services.permissions import Permission
from dashboard.views.jobs import blueprint
from dashboard.views.jobs.tables import TablePage
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services
from dashboard.web.routing import route
from dashboard.web.submissions import email_doubt

PATH = "/users/register-many"
ACCESS = Permission.USERS_REGISTER
PAGE = TablePage(JobKind.REGISTER, "jobs/register.html", REGISTER)


@route(blueprint, PATH, access=ACCESS)
def new() -> ResponseReturnValue:
    """Ask for the rows."""
    return PAGE.show(RegisterManyForm(restore_form("jobs.check")), None)


@route(blueprint, PATH, access=ACCESS, method="POST", form_at="jobs.new")
def check() -> ResponseReturnValue:
    """Check the rows, return those left out as a file, or start the job."""
    form, jobs = RegisterManyForm(request.form), services().jobs
    if not PAGE.take(form):
        return PAGE.show(form, None, status=422)
    keeps_ticks = request.form.get("do", "check") != "check"
    known, most = jobs.register.known, jobs.control.rows_most
    checked = form.preview(known, email_doubt(), most, keeps_ticks=keeps_ticks)
    if checked is None:
        return PAGE.show(form, None, status=422)
    return PAGE.answer(form, checked, was_asked=True)
