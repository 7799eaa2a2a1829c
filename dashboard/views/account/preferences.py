"""One's own account: how the dashboard looks and speaks, and the password."""

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.account import AccountForm, ChangePasswordForm, TestUsersForm
from dashboard.forms.directory import ListChoicesForm
from dashboard.services.account.preferences import Changed, find_lapsed
from dashboard.services.auth.password_rules import WeakPasswordError
from dashboard.services.auth.throttle import Throttled
from dashboard.web.auth.guard import current_row, log_in_as
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import THEME_COOKIE, actor, services, settings, signed_in, theme
from dashboard.web.htmx import redirect_to
from dashboard.web.routing import Open, route
from dashboard.web.security.redirects import safe_path

blueprint = Blueprint("account", __name__)


@route(blueprint, "/account", access=Open.STAFF)
def index() -> ResponseReturnValue:
    """Show what the person chose; as theme, the one that this browser shows."""
    return _page(_kept(restore_form("account.save")), ChangePasswordForm())


@route(blueprint, "/account", access=Open.STAFF, method="POST", form_at="account.index")
def save() -> ResponseReturnValue:
    """Keep what was chosen; this browser's own theme gives way to it."""
    form = AccountForm(request.form)
    if not form.validate():
        return _page(form, ChangePasswordForm(), 422)
    services().account.preferences.save(signed_in().staff, form.command(), actor())
    back = safe_path(form.next.data)
    if not back:
        flash("saved", "account")
    response = make_response(redirect_to(back or url_for("account.index")))
    response.delete_cookie(THEME_COOKIE, samesite="Strict")
    return response


@route(blueprint, "/account/list", access=Open.STAFF, method="POST")
def save_list() -> ResponseReturnValue:
    """Keep how the person looks at the list of users, and show it so."""
    form = ListChoicesForm(request.form)
    if not form.validate():
        abort(400)
    services().account.preferences.choose_list(signed_in().staff, form.choices(), actor())
    return redirect_to(safe_path(form.next.data) or url_for("users.index"))


@route(blueprint, "/account/test-users", access=Open.STAFF, method="POST")
def show_test_users() -> ResponseReturnValue:
    """Hide test users from the person everywhere, or show them."""
    form = TestUsersForm(request.form)
    if not form.validate():
        abort(400)
    hides = form.test_users.data == "hidden"
    services().account.preferences.hide_test_users(signed_in().staff, actor(), hides=hides)
    return redirect_to(safe_path(form.next.data) or url_for("users.index"))


@route(
    blueprint,
    "/account/password",
    access=Open.STAFF,
    method="POST",
    step_up="always",
    form_at="account.index",
)
def change_password() -> ResponseReturnValue:
    """Replace the password: every other session ends, and this one goes on under a new id."""
    form, row = ChangePasswordForm(request.form), current_row()
    if not settings().password_log_in:
        return _page(_kept(), form, 403)
    if not form.validate():
        return _page(_kept(), form, 422)
    try:
        result = services().account.preferences.change_password(
            row,
            form.password.data or "",
            form.new_password.data or "",
            actor(),
        )
    except WeakPasswordError as error:
        form.refuse(error.weakness)
        return _page(_kept(), form, 422)
    if isinstance(result, Throttled):
        response = make_response(_page(_kept(), form, 429, wait_s=result.retry_after_s))
        response.headers["Retry-After"] = str(result.retry_after_s)
        return response
    if not isinstance(result, Changed):
        form.refuse_current()
        return _page(_kept(), form, 422)
    log_in_as(result.staff, row.method, row.confirmed_at)
    flash("password", "account")
    return redirect_to(url_for("account.index"))


def _kept(again: MultiDict[str, str] | None = None) -> AccountForm:
    member = signed_in().staff
    saved = {"language": member.language, "time_zone": member.time_zone, "theme": theme()}
    lapsed = find_lapsed(member)
    test_users = "hidden" if member.hides_test_users else "shown"
    usable = {name: value for name, value in saved.items() if name not in lapsed}
    shortcuts = "on" if member.shortcuts else "off"
    mail = "on" if member.mail_on_hand_over else "off"
    switches = {"shortcuts": shortcuts, "test_users": test_users, "hand_over_mail": mail}
    return AccountForm(again, data={"name": member.name, **switches, **usable})


def _page(
    form: AccountForm, password_form: ChangePasswordForm, status: int = 200, **shown: object
) -> ResponseReturnValue:
    page = render_template(
        "account/index.html",
        form=form,
        mails_hand_overs=services().owners.hand_over_mail.is_set_up,
        password_form=password_form,
        lapsed=find_lapsed(signed_in().staff),
        factors=services().auth.enrolment.of(signed_in().staff),
        sessions=services().auth.sessions.of(signed_in().staff.id),
        this_session=current_row().handle,
        **shown,
    )
    return make_response(page, status)
