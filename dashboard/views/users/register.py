"""Registering a user, and looking for one whose registration was lost."""

from typing import Any

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.registrations import (
    IN_COMMON,
    RegistrationForm,
    RegistrationQuery,
    SampleQuery,
)
from dashboard.forms.users import LANGUAGES
from dashboard.partner.errors import Conflict, PartnerError
from dashboard.services.actors import Via
from dashboard.services.attempts.conflicts import Superseded
from dashboard.services.attempts.operations import MayHaveHappened, Refused
from dashboard.services.permissions import Permission
from dashboard.services.registrations.models import Look
from dashboard.services.registrations.register import Done, EmailKnown, Result
from dashboard.services.registrations.sample_identity import make_sample
from dashboard.views.users import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings
from dashboard.web.htmx import redirect_to
from dashboard.web.problems import Problem, log_problem, render_problem
from dashboard.web.rendering.times import clock_time
from dashboard.web.routing import route
from dashboard.web.security.redirects import safe_path
from dashboard.web.submissions import (
    FormPage,
    email_doubt,
    made_up_with,
    must_confirm,
    render_superseded,
    sent_intent,
    submit,
)

LOOKED = "looked"  # category of what a look told


@route(blueprint, "/users/new", access=Permission.USERS_REGISTER)
def new() -> ResponseReturnValue:
    """Show the form; *Register another* and *Test identity* fill some of it in."""
    again = restore_form("users.create")
    query = (RegistrationQuery if settings().is_production else SampleQuery)(request.args)
    query.validate()
    form = RegistrationForm(again, data=query.in_common())
    if query.makes_up and not again:
        made_up = make_sample(settings().test_email)
        form = RegistrationForm(
            user_type=form.user_type.data or "personal",
            email=made_up.email,
            country_code=made_up.country_code,
            preferred_language=made_up.preferred_language,
        )
    form.must_confirm(must_confirm(""))
    services().registrations.reconciler.check_recent(actor())
    return _page(form).render(unusable=query.dropped())


@route(blueprint, "/users/new", access=Permission.USERS_REGISTER, method="POST")
def new_for() -> ResponseReturnValue:
    """Show the form with the email of a search that found no one; an address can't fill it in."""
    form = RegistrationForm(MultiDict({"email": request.form.get("email", "")}))
    form.must_confirm(must_confirm(""))
    return _page(form).render()


@route(
    blueprint,
    "/users/registrations/<int:seq>/check",
    access=Permission.USERS_REGISTER,
    method="POST",
)
def check(seq: int) -> ResponseReturnValue:
    """Find out whether a registration without an answer happened; tell it where that was asked."""
    try:
        look = services().registrations.reconciler.check(seq, actor(Via.BUTTON))
    except PartnerError as error:
        log_problem(error)
        _tell({"found": "not asked"})
    else:
        if look is None:
            abort(404)
        _tell(_told(look))
    return redirect_to(safe_path(request.form.get("back")) or url_for("users.new"))


@route(
    blueprint,
    "/users",
    access=Permission.USERS_REGISTER,
    method="POST",
    form_at="users.new",
)
def create() -> ResponseReturnValue:
    """Register a user, once per form."""
    intent = sent_intent(Permission.USERS_REGISTER, None)
    form = RegistrationForm(request.form)
    form.must_confirm(must_confirm(form.email.data or ""))
    form.ask_about(email_doubt())
    page, email = _page(form), form.email.data or ""

    def answer(result: Result) -> ResponseReturnValue | None:
        match result:
            case Done(user_id):
                flash(_another(form), f"registered {user_id}")
                return redirect_to(url_for("users.show", user_id=user_id))
            case EmailKnown():
                shown = _remembered(email)
                form.refuse_email(is_sure=bool(shown["known"].ids or shown["done"]))
                return page.again(already=True, **shown)
            case Refused(PartnerError() as error):
                if isinstance(error, Conflict):
                    form.refuse_email(is_sure=True)
                return page.refused(error, **_remembered(email))
            case Superseded():
                known = services().registrations.attempts.known(email)
                return render_superseded(result, known.only, email=email)
            case MayHaveHappened(seq):
                shown = {"email": email, "attempt_seq": seq}
                return render_problem(Problem(502, "registration_unknown", shown=shown))
            case _:
                return None

    return submit(
        page,
        lambda: services().registrations.attempts.register(
            intent, form.command(), actor(), anyway=form.is_sent_anyway()
        ),
        answer,
    )


def _page(form: RegistrationForm) -> FormPage:
    return FormPage(
        "users/new.html",
        Permission.USERS_REGISTER,
        form,
        fragment="users/_form.html",
        context=lambda: {
            "unsettled": services().registrations.attempts.unsettled(),
            "languages": LANGUAGES,
            "made_up": made_up_with(form.email.data or ""),
        },
    )


def _told(look: Look) -> dict[str, str | None]:
    return {
        "found": look.found.value,
        "email": look.email,
        "user_id": str(look.user_id) if look.user_id else None,
        "at": clock_time(look.at),
    }


def _tell(told: dict[str, str | None]) -> None:
    """Keep for the next page what a look told (`users/_looked.html`)."""
    kept = {**told, "worker": services().operations.heartbeat.is_running()}
    flash(kept, LOOKED)  # type: ignore[arg-type]  # any JSON can be kept


def _another(form: RegistrationForm) -> str:
    """Return the address of a form that keeps what the next user has in common with this one."""
    if made_up_with(form.email.data or ""):
        return url_for("users.new", identity=1, user_type=form.user_type.data)
    kept = {name: form[name].data for name in IN_COMMON if form[name].data}
    return url_for("users.new", **kept)


def _remembered(email: str) -> dict[str, Any]:
    """Return our knowledge of a refused email: who has it, and our earlier attempts with it."""
    registering = services().registrations.attempts
    return {
        "known": registering.known(email),
        "ours": registering.unsettled(email),
        "done": registering.find_done(email),
    }
