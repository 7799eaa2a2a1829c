"""A user's KYC: the form, the inquiry that we hold, or "started elsewhere"."""

from functools import partial
from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.kyc import KycForm
from dashboard.services.attempts.conflicts import Superseded
from dashboard.services.kyc.start import NotKept, Recorded, Started
from dashboard.services.permissions import Permission
from dashboard.views.kyc import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services
from dashboard.web.htmx import is_poll, redirect_to, respond
from dashboard.web.polling import poll_state
from dashboard.web.problems import Problem, render_problem
from dashboard.web.rendering.pii import kyc_link
from dashboard.web.routing import route
from dashboard.web.submissions import (
    FormPage,
    email_doubt,
    made_up_with,
    must_confirm,
    sent_intent,
    submit,
)
from dashboard.web.users.page import find_message

_page = partial(FormPage, "kyc/new.html", Permission.KYC_START, fragment="kyc/_form.html")


@route(blueprint, "/users/<uuid:user_id>/kyc", access=Permission.KYC_START)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show what is to be done or what was done; `again` offers the form after a lost answer."""
    record = services().users.api.get(user_id, actor(), follows=is_poll())
    kind = record.next_step.kind
    if kind == "not_started" or (kind == "start_unknown" and request.args.get("again")):
        made_up = made_up_with(record.user.email)
        form = KycForm(
            restore_form("kyc.start"),
            email=record.user.email,
            phone=record.user.phone,
            first_name=made_up and made_up.first_name,
            last_name=made_up and made_up.last_name,
        )
        form.must_confirm(must_confirm(record.user.email))
        busy = services().attempts.log.find_busy(user_id)
        return _page(form, user_id, record.user.email).render(made_up=made_up, busy=busy)
    fragments = {"inquiry": "kyc/_inquiry.html"}
    return respond(
        "kyc/show.html",
        fragments=fragments,
        follow=poll_state(record, "inquiry", fragments),
        record=record,
        message=find_message(record),
        email=record.user.email,
        user_id=user_id,
        made_up=made_up_with(record.user.email),
    )


@route(blueprint, "/users/<uuid:user_id>/kyc/open", access=Permission.KYC_START)
def open_link(user_id: UUID) -> ResponseReturnValue:
    """Ask before the verification link is opened here: it's the user who should."""
    services().users.openings.count(actor(), user_id, follows=True)
    known = services().kyc.starts.get(user_id)
    link = kyc_link(known.inquiry)
    if link is None or known.last_seen is None:
        return redirect_to(url_for("kyc.show", user_id=user_id))
    return respond(
        "kyc/open.html", fragments={}, user_id=user_id, link=link, email=known.last_seen.email
    )


@route(
    blueprint,
    "/users/<uuid:user_id>/kyc",
    access=Permission.KYC_START,
    method="POST",
    form_at="kyc.show",
)
def start(user_id: UUID) -> ResponseReturnValue:
    """Start KYC, once per form; whatever the outcome, the page shows it."""
    intent = sent_intent(Permission.KYC_START, user_id)
    form = KycForm(request.form)
    form.must_confirm(must_confirm(form.email.data or ""))
    form.ask_about(email_doubt())

    def answer(result: Started) -> ResponseReturnValue | None:
        match result:
            case NotKept():
                shown = {"user_id": user_id, "inquiry": result}
                return render_problem(Problem(503, "link_not_kept", shown=shown))
            case Superseded():
                flash("", f"overtaken {user_id}")
            case Recorded(another_email):
                flash("", f"{'another email' if another_email else 'started'} {user_id}")
            case _:
                return None
        return redirect_to(url_for("kyc.show", user_id=user_id))

    return submit(
        _page(form, user_id, intent.email or ""),
        lambda: services().kyc.starts.start(intent, form.command(), actor()),
        answer,
    )
