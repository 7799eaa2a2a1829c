"""The KYC desk, and a user's KYC: the form, the inquiry that we hold, or "started elsewhere"."""

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.kyc import ImportLinkForm, KycDeskForm, KycForm
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import UserStatus
from dashboard.services.attempts.conflicts import Superseded
from dashboard.services.kyc.start import NotKept, Recorded, Started, is_another_email
from dashboard.services.kyc_desk import DeskFilters
from dashboard.services.permissions import Permission
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, now, services, settings, zone
from dashboard.web.htmx import is_poll, redirect_to, respond
from dashboard.web.polling import poll_state
from dashboard.web.problems import Problem, render_problem
from dashboard.web.routing import route
from dashboard.web.submissions import (
    FormPage,
    made_up_with,
    must_confirm,
    sent_intent,
    submit,
)
from dashboard.web.user_lists import respond_without_list

blueprint = Blueprint("kyc", __name__)


@route(blueprint, "/kyc", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show who waits for KYC that was started here, or who is pending at the API."""
    form = KycDeskForm(request.args)
    form.validate()
    filters = form.query()
    desk = services().desk
    page = partial(
        respond,
        "kyc/index.html",
        fragments={"lanes": "kyc/_pending.html" if form.is_pending else "kyc/_lanes.html"},
        url=desk_url(filters, pending=form.is_pending),
        filters=filters,
        pending=form.is_pending,
        dropped=form.dropped(),
        desk=None,
        desk_url=desk_url,
        of=form.known_total(),
        page_url=lambda number: desk_url(filters.changed(page=number), pending=True),
    )
    try:
        found = desk.pending(filters) if form.is_pending else desk.started_here(filters)
    except PartnerError as error:
        wanted = UserQuery(status=UserStatus.PENDING.value, page=filters.page)
        return respond_without_list(error, wanted, page)
    return page(desk=found)


@route(blueprint, "/users/<uuid:user_id>/kyc", access=Permission.KYC_START)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show what is to be done or what was done; `again` offers the form after a lost answer."""
    record = services().users.directory.get(user_id, actor(), follows=is_poll())
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
        return _page(user_id, form, record.user.email).render(made_up=made_up, busy=busy)
    fragments = {"inquiry": "kyc/_inquiry.html"}
    return respond(
        "kyc/show.html",
        fragments=fragments,
        follow=poll_state(record, "inquiry", fragments),
        record=record,
        email=record.user.email,
        user_id=user_id,
        made_up=made_up_with(record.user.email),
    )


@route(
    blueprint,
    "/users/<uuid:user_id>/kyc",
    access=Permission.KYC_START,
    method="POST",
    form_at="kyc.show",
)
def start(user_id: UUID) -> ResponseReturnValue:
    """Start KYC, once a form; whatever the outcome, the page shows it."""
    intent = sent_intent(Permission.KYC_START, user_id)
    form = KycForm(request.form)
    form.must_confirm(must_confirm(form.email.data or ""))

    def answer(result: Started) -> ResponseReturnValue | None:
        match result:
            case NotKept():
                shown = {"user_id": user_id, "inquiry": result}
                return render_problem(Problem(503, "link_not_kept", shown=shown))
            case Superseded():
                flash("", f"overtaken {user_id}")
            case Recorded():
                if is_another_email(intent, form.email.data or ""):
                    flash("", f"another email {user_id}")
            case _:
                return None
        return redirect_to(url_for("kyc.show", user_id=user_id))

    return submit(
        _page(user_id, form, intent.email or ""),
        lambda: services().kyc.starts.start(intent, form.command(), actor()),
        answer,
    )


@route(blueprint, "/users/<uuid:user_id>/kyc/link", access=Permission.KYC_START)
def new_link(user_id: UUID) -> ResponseReturnValue:
    """Show the form that takes a link which somebody else holds, for who waits without one."""
    record = services().users.directory.get(user_id, actor())
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
    last_seen = services().users.directory.find_last_seen(user_id)
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


def desk_url(filters: DeskFilters, *, pending: bool = False) -> str:
    """Return the address of the desk; what is at its default is left out."""
    default = vars(DeskFilters())
    shown = {name: value for name, value in vars(filters).items() if value != default[name]}
    return url_for("kyc.index", view="pending" if pending else None, **shown)


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
        last_seen=services().users.directory.find_last_seen(user_id),
    )


def _page(user_id: UUID, form: KycForm, email: str) -> FormPage:
    return FormPage(
        "kyc/new.html", Permission.KYC_START, form, user_id, email, fragment="kyc/_form.html"
    )
