"""The desk: everyone who waits for KYC, the next of them, and what changed meanwhile."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.desk import DeskForm, desk_arguments, find_new_arguments
from dashboard.forms.users import USER_TYPES
from dashboard.services.desk.filters import AGES, ROWS, WAITING, DeskFilters, DeskOrder
from dashboard.services.desk.models import DeskPage
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import MOST
from dashboard.views.desk import blueprint
from dashboard.views.desk.shown import Shown, read_shown, shown_now
from dashboard.web.addresses import with_query
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import FOLLOW, is_poll, redirect_to, respond
from dashboard.web.routing import route
from dashboard.web.saved_views import open_view
from dashboard.web.sight import reader
from dashboard.web.users.lists import has_blanks
from dashboard.web.users.picks import find_picks

LIST = "list"  # root id
FOLLOW_S = 15
SAID = "desk"  # category of what the desk tells
CHOICES = {"age": tuple(AGES), "limit": ROWS, "user_type": USER_TYPES}


@route(blueprint, "/kyc", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """Show who waits, or tell an open page what changed since."""
    moved = find_new_arguments(request.args)
    if moved is not None:
        return redirect_to(with_query(url_for("desk.index"), moved))
    if request.args.get("view", "").isdigit():
        return open_view(request.args["view"])
    form = _form()
    filters, dropped = form.filters(), form.dropped()
    if is_poll():
        return _news(filters, read_shown())
    if has_blanks() and not dropped:
        return redirect(desk_url(filters), 303)
    services().overview.visits.note(signed_in().staff.id)
    page = services().desk.list.find(filters, reader())
    if page.damaged:
        filters, dropped = filters.changed(), [*dropped, page.damaged]
    return _page(form, filters, dropped, page)


@route(blueprint, "/kyc/next", access=Permission.USERS_READ)
def next_user() -> ResponseReturnValue:
    """Lead to the user who has waited longest. It assigns nothing."""
    form = _form()
    filters = form.filters()
    if form.dropped():
        return redirect_to(request.full_path.replace(request.path, url_for("desk.index"), 1))
    user_id = services().desk.list.next_user(filters, reader())
    if user_id is None:
        flash("", SAID)
        return redirect_to(desk_url(filters))
    return redirect_to(url_for("users.show", user_id=user_id))


def desk_url(filters: DeskFilters) -> str:
    """Return the address of the desk with these filters."""
    return url_for("desk.index", **desk_arguments(filters))


def _form() -> DeskForm:
    form = DeskForm(request.args, holds=services().directory.listing.holds)
    form.validate()
    return form


def _page(
    form: DeskForm, filters: DeskFilters, dropped: list[str], page: DeskPage
) -> ResponseReturnValue:
    return respond(
        "desk/index.html",
        fragments={LIST: "desk/_list.html"},
        url=desk_url(filters),
        form=form,
        dropped=dropped,
        desk=page,
        chosen=len({*filters.asked} - {"lane", "due", "snoozed"}),
        choices=CHOICES,
        arguments=desk_arguments(filters.changed(limit=ROWS[0])),
        is_closed=bool(filters.lane) and filters.lane not in WAITING,
        newest=DeskOrder.NEWEST,
        longest=DeskOrder.LONGEST,
        picks=find_picks(desk_url(filters), [row.user.user_id for row in page.rows], page.total),
        most_selected=MOST,
        coverage=services().directory.status.coverage(),
        **_follow(filters, shown_now(page.rows)),
    )


def _news(filters: DeskFilters, shown: Shown) -> ResponseReturnValue:
    services().desk.follow.ask_one(shown.states, actor())
    news = services().desk.list.news(filters, reader(), shown.states, shown.since)
    return respond(
        "desk/index.html",
        fragments={FOLLOW: "desk/_poll.html"},
        news=news,
        shown=shown,
        **_follow(filters, shown.with_rows(news.changed)),
    )


def _follow(filters: DeskFilters, shown: Shown) -> dict[str, Any]:
    """Return what a page needs to ask again."""
    return {
        "desk_url": desk_url,
        "filters": filters,
        "follow_s": FOLLOW_S,
        "following": services().desk.follow.status(),
        "sealed": shown.sealed(),
    }
