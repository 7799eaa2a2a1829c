"""The box: a text that is typed or pasted leads to a user, or to a list of users."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from dashboard.forms.users import FindForm
from dashboard.services.directory.box import Finds
from dashboard.services.directory.reading import Reading
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.views.users.list import show_list
from dashboard.web.addresses import users_urls
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond, target, triggered_by
from dashboard.web.rendering.pii import sees_personal
from dashboard.web.routing import route
from dashboard.web.user_lists import (
    SEARCH_BOX,
    explain_reading,
    our_hosts,
    user_address,
)

BOX_FIELDS = frozenset({"csrf_token", "q"})
RESULTS = "results"  # root id of the list


@route(blueprint, "/users/find", access=Permission.USERS_READ, method="POST")
def find() -> ResponseReturnValue:
    """Find whom a text means. While someone types, nothing leads away from the list.

    A text that may hold a secret is in this answer only, never in an address.
    """
    form = FindForm(request.form)
    if not form.validate():
        return _page(form, status=400)
    box, masked = services().directory.box, not sees_personal()
    reading = box.read(form.q.data or "", our_hosts(), masked=masked)
    finds, typing = box.find(reading, masked=masked), triggered_by(SEARCH_BOX)
    if finds.only and not typing:
        return redirect_to(user_address(finds))
    if not reading.text or (reading.is_plain and (typing or not finds.users)):
        return _list(reading.text)
    return _page(form, reading=reading, finds=finds)


def _list(text: str) -> ResponseReturnValue:
    """Give the list of those who match a short text, with the filters that were sent along."""
    sent = {name: value for name, value in request.form.items() if value and name not in BOX_FIELDS}
    given = MultiDict({**sent, **({"q": text} if text else {})})
    if target() == RESULTS:
        return show_list(given, typing=triggered_by(SEARCH_BOX))
    return redirect_to(users_urls()(given))


def _page(
    form: FindForm,
    *,
    reading: Reading | None = None,
    finds: Finds | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show whom a text names in this answer, and what of it no one here has."""
    is_named = finds is None or bool(finds.users)
    shown = explain_reading(reading) if reading and not is_named else {"reading": reading}
    return respond(
        "users/found.html",
        fragments={RESULTS: "users/_found_people.html"},
        url=url_for("users.index"),
        replaces=True,
        status=status,
        form=form,
        finds=finds,
        **shown,
    )
