"""An email to a user: a preview to edit, sent once, to the address that the API has now."""

from functools import partial
from uuid import UUID

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.contacts import MailForm
from dashboard.partner.errors import PartnerError
from dashboard.services.actions import Action
from dashboard.services.attempts.conflicts import Superseded
from dashboard.services.attempts.operations import (
    MayHaveHappened,
    Succeeded,
    SucceededBefore,
)
from dashboard.services.contacts.mail import Mailed, MailLimitReached, MailRefused
from dashboard.services.contacts.ways import Way, can_get_mail
from dashboard.services.permissions import Permission
from dashboard.views.contacts import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services, settings
from dashboard.web.htmx import redirect_to
from dashboard.web.problems import log_problem
from dashboard.web.routing import route
from dashboard.web.submissions import FormPage, sent_intent, submit
from dashboard.web.users.page import find_message

PATH = "/users/<uuid:user_id>/mail"
_mail = partial(route, blueprint, PATH, access=Permission.NOTES_WRITE)


@_mail()
def write_mail(user_id: UUID) -> ResponseReturnValue:
    """Show the email as it would be sent. One API call, which says what the address is."""
    _require_way()
    record = services().users.api.get(user_id, actor())
    message = find_message(record)
    has_address = can_get_mail(record.user.email)
    if not has_address:
        flash("no_address", f"contact {user_id}")
    if message is None or not has_address:
        return redirect_to(url_for("users.show", user_id=user_id))
    form = MailForm(
        restore_form("contacts.send_mail"),
        subject=message.subject,
        body=message.body,
        language=message.language,
        situation=message.situation,
        link=message.link,
    )
    return _page(form, user_id, record.user.email).render(is_fallback=message.is_fallback)


@_mail(method="POST", form_at="contacts.write_mail")
def send_mail(user_id: UUID) -> ResponseReturnValue:
    """Send the email once, unless address, situation or link are not those of the preview."""
    _require_way()
    intent = sent_intent(Action.CONTACTS_MAIL, user_id)
    form = MailForm(request.form)
    page = _page(form, user_id, intent.email or "")
    if not form.validate():
        return page.again()
    try:
        record = services().users.api.get(user_id, actor())
    except PartnerError as error:
        log_problem(error)
        return page.refused(error)
    message = find_message(record)
    if not can_get_mail(record.user.email):
        return _page(form, user_id, record.user.email).render(422, no_address=True)
    if record.user.email != intent.email:
        return _page(form, user_id, record.user.email).render(422, was_to=intent.email)
    if message is None or not form.is_about(message):
        has_new_link = message is not None and message.situation == form.situation.data
        if message:
            form.follow(message)
        return page.render(422, record=record, has_new_link=has_new_link)
    letter = form.letter(record.user.email)
    return submit(
        page,
        lambda: services().contacts.mail.send(intent, letter, actor()),
        partial(_answer, page, user_id),
    )


def _answer(page: FormPage, user_id: UUID, result: Mailed) -> ResponseReturnValue | None:
    match result:
        case Succeeded() | SucceededBefore():
            said = "sent"
        case MayHaveHappened():
            said = "unconfirmed"
        case MailRefused():
            return page.render(422, failure=result)
        case Superseded():
            return page.render(409, by=result)
        case MailLimitReached():
            response = page.render(429, limit=result)
            response.headers["Retry-After"] = str(result.retry_after_s)
            return response
        case _:
            return None
    flash(said, f"contact {user_id}")
    return redirect_to(url_for("users.show", user_id=user_id))


def _page(form: MailForm, user_id: UUID, email: str) -> FormPage:
    return FormPage(
        "contacts/mail.html",
        Action.CONTACTS_MAIL,
        form,
        user_id,
        email,
        fragment="contacts/_mail_form.html",
        context=lambda: {"emails": services().contacts.mail.sent_to(user_id)},
    )


def _require_way() -> None:
    if Way.MAIL not in settings().contact_ways:
        abort(404)
