"""The KYC desk: who waits for KYC that was started here, or is pending at the API."""

from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.kyc import KycDeskForm
from dashboard.partner.errors import PartnerError
from dashboard.partner.list_filters import UserQuery
from dashboard.partner.responses import UserStatus
from dashboard.services.kyc_desk import DeskFilters
from dashboard.services.permissions import Permission
from dashboard.views.kyc import blueprint
from dashboard.web.context import services
from dashboard.web.htmx import respond, triggered_by
from dashboard.web.routing import route
from dashboard.web.user_lists import respond_without_list


@route(blueprint, "/kyc", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show who waits for KYC that was started here, or who is pending at the API."""
    form = KycDeskForm(request.args)
    form.validate()
    filters = form.query()
    desk = services().kyc_desk
    page = partial(
        respond,
        "kyc/index.html",
        fragments={"lanes": "kyc/_pending.html" if form.is_pending else "kyc/_lanes.html"},
        url=desk_url(filters, pending=form.is_pending),
        filters=filters,
        pending=form.is_pending,
        dropped=form.dropped(),
        filtering=triggered_by("desk-by"),
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


def desk_url(filters: DeskFilters, *, pending: bool = False) -> str:
    """Return the address of the desk; what is at its default is left out."""
    default = vars(DeskFilters())
    shown = {name: value for name, value in vars(filters).items() if value != default[name]}
    return url_for("kyc.index", view="pending" if pending else None, **shown)
