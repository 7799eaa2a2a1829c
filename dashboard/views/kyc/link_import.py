"""Taking a verification link that was started elsewhere."""

from uuid import UUID

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.kyc import ImportLinkForm
from dashboard.partner.responses import UserStatus
from dashboard.services.permissions import Permission
from dashboard.views.kyc import blueprint
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings, zone
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route


@route(blueprint, "/users/<uuid:user_id>/kyc/link", access=Permission.KYC_START)
def new_link(user_id: UUID) -> ResponseReturnValue:
    """Show the form that imports a link from elsewhere, for a user who waits without one."""
    record = services().users.api.get(user_id, actor())
    has_link = record.inquiry is not None and record.inquiry.inquiry_id is not None
    if has_link or record.user.status is not UserStatus.PENDING:
        return redirect_to(url_for("kyc.show", user_id=user_id))
    return _link_form(user_id, _link_entered())


@route(
    blueprint,
    "/users/<uuid:user_id>/kyc/link",
    access=Permission.KYC_START,
    method="POST",
    form_at="kyc.new_link",
)
def take_link(user_id: UUID) -> ResponseReturnValue:
    """Keep a link that was started elsewhere. It changes nothing at the API."""
    last_seen = services().users.api.find_last_seen(user_id)
    if last_seen is None or last_seen.status != UserStatus.PENDING:
        return redirect_to(url_for("kyc.show", user_id=user_id))
    form = _link_entered()
    if not form.validate():
        return _link_form(user_id, form, 422)
    taken = services().kyc.imports.add(form.command(user_id), actor())
    if not form.was_taken(taken):
        return _link_form(user_id, form, 422)
    flash("", f"link kept {user_id}")
    return redirect_to(url_for("kyc.show", user_id=user_id))


def _link_entered() -> ImportLinkForm:
    given = request.form if request.method == "POST" else restore_form("kyc.take_link")
    return ImportLinkForm(given, kyc_links=settings().kyc_links, zone=zone(), now=now())


def _link_form(user_id: UUID, form: ImportLinkForm, status: int = 200) -> ResponseReturnValue:
    return respond(
        "kyc/link.html",
        fragments={"form": "kyc/_link_form.html"},
        status=status,
        form=form,
        user_id=user_id,
        last_seen=services().users.api.find_last_seen(user_id),
    )
