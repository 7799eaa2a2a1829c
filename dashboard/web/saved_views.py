"""Saved views on a page: what each role sees of them, their counts, and the list they open."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from time import monotonic
from typing import NoReturn
from urllib.parse import urlencode, urlsplit

from flask import Response, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.desk import DeskForm
from dashboard.forms.directory import Holds, ListForm
from dashboard.forms.query import ROW_MAX
from dashboard.forms.saved_views import DESK, filter_of, is_of_desk, list_form, of_list
from dashboard.services.masking.inquiries import without_inquiries
from dashboard.services.masking.personal import without_personal
from dashboard.services.permissions import Permission
from dashboard.services.saved_views.views import TEXT, NoSuchViewError, Viewer, has_text
from dashboard.store.db.database import StoreError
from dashboard.store.directory.search import COUNT_MAX
from dashboard.store.saved_views import Filter, SavedView
from dashboard.web.context import actor, services, signed_in
from dashboard.web.htmx import redirect_to, shown_page
from dashboard.web.problems import Problem, render_problem
from dashboard.web.sight import reader, sees_kyc_links, sees_personal

MANY = COUNT_MAX
COUNTED_FOR_S = 0.5  # later views have no count: what one person shares slows no one's pages
SAID = "view"  # category of what the list tells about a view


@dataclass(frozen=True)
class ShownView:
    """A view as this person sees it. `count` is None where it isn't known, or would tell too much.

    `hides_text`: it searches for a text that this person may not see.
    """

    view: SavedView
    filter: Filter
    hides_text: bool
    count: int | None
    is_own: bool
    may_change: bool
    is_current: bool

    @property
    def has_many(self) -> bool:
        """Return whether more users match than are counted."""
        return (self.count or 0) > MANY

    @property
    def name(self) -> str:
        """Its name as this person sees it."""
        name = self.view.name if sees_kyc_links() else without_inquiries(self.view.name)
        return name if sees_personal() else without_personal(name)

    @property
    def url(self) -> str:
        """Its address, which opens the same rows for everyone."""
        return url_for(_endpoint(self.filter), view=self.view.id)


def viewer() -> Viewer:
    """Return the person who asks."""
    person = signed_in()
    manages = person.may(Permission.DIRECTORY_MANAGE)
    return Viewer(actor(), person.staff.id, manages=manages)


def shown_views(*, counted: bool = True) -> list[ShownView]:
    """Return the views of this person and those that others share, with live counts or none."""
    by = viewer()
    views = services().saved_views.views.of(by.staff_id)
    countable = [view for view in views if sees_personal() or not has_text(view.filter)]
    counts = _counts(countable) if counted and countable else {}
    parts = urlsplit(shown_page() or "")
    current = set(_of_page(parts.path, parts.query))
    return [
        ShownView(
            view=view,
            filter=_shown(view),
            hides_text=_hides_text(view),
            count=counts.get(view.id),
            is_own=view.staff_id == by.staff_id,
            may_change=by.may_change(view),
            is_current=bool(current) and current == set(_shown(view)),
        )
        for view in views
    ]


def respond_quietly(page: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Respond with a part that pages load automatically, or leave them as they are."""
    try:
        return page()
    except StoreError:
        return Response(status=204)


def view_id(number: str) -> int:
    """Return the number of a view; what can be none is not found."""
    is_number = number.isascii() and number.isdigit() and len(number) <= len(str(ROW_MAX))
    return int(number) if is_number and int(number) <= ROW_MAX else abort(404)


def no_such_view() -> NoReturn:
    """Answer that a view was deleted or is another's: no one is told which of the two."""
    abort(render_problem(Problem(404, "no_such_view")))


def open_view(number: str) -> ResponseReturnValue:
    """Lead to the list with a view's filter. What else the address has goes before it."""
    by = signed_in().staff.id
    try:
        view = services().saved_views.views.get(by, view_id(number))
    except NoSuchViewError:
        no_such_view()
    if _hides_text(view):
        flash("text", SAID)
    others = {name: value for name, value in request.args.items() if name != "view"}
    return redirect_to(list_url(tuple({**dict(_shown(view)), **others}.items())))


def list_url(chosen: Filter) -> str:
    """Return the address of the list with this filter."""
    query = urlencode(of_list(chosen))
    return url_for(_endpoint(chosen)) + (f"?{query}" if query else "")


def current_filter() -> Filter:
    """Return what a view would keep of the list in this request."""
    chosen = _of_page(request.path, request.query_string.decode(errors="replace"))
    if not chosen:
        return ()
    form = list_form(chosen, holds=_holds(), sees_personal=sees_personal())
    dropped = form.dropped()
    kept = tuple(
        (name, str(value)) for name, value in form.data.items() if value and name not in dropped
    )
    return (DESK, *kept) if kept and is_of_desk(chosen) else kept


def _of_page(path: str, query: str) -> Filter:
    """Return what a view would keep of the list at an address."""
    chosen = filter_of(query)
    return (DESK, *chosen) if chosen and path == url_for("desk.index") else chosen


def _endpoint(chosen: Filter) -> str:
    return "desk.index" if is_of_desk(chosen) else "users.index"


def _hides_text(view: SavedView) -> bool:
    """Return whether a view's text is more than this person may see: others typed it."""
    is_own = view.staff_id == signed_in().staff.id
    return has_text(view.filter) and not is_own and not sees_personal()


def _shown(view: SavedView) -> Filter:
    hidden = TEXT if _hides_text(view) else None
    return tuple((name, value) for name, value in view.filter if name != hidden)


def _counts(views: list[SavedView]) -> dict[int, int]:
    until = monotonic() + COUNTED_FOR_S
    try:
        return {**_counts_of_users(views, until), **_counts_of_desk(views, until)}
    except StoreError:
        return {}


def _holds() -> Holds:
    return services().directory.listing.holds


def _counts_of_users(views: list[SavedView], until: float) -> dict[int, int]:
    queries = {
        view.id: services().directory.listing.query(form.filters(), reader())
        for view in views
        if isinstance(form := list_form(view.filter, holds=_holds()), ListForm)
    }
    counts = services().saved_views.views.counts
    numbers = counts(queries.values(), until) if queries else None
    return dict(zip(queries, numbers or (), strict=False))


def _counts_of_desk(views: list[SavedView], until: float) -> dict[int, int]:
    desk = services().desk.list
    return {
        view.id: desk.count(form.filters(), reader())
        for view in takewhile(lambda _: monotonic() < until, views)
        if isinstance(form := list_form(view.filter, holds=_holds()), DeskForm)
    }
