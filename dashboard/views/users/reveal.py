"""One user's personal data, shown in one answer to people who see it masked elsewhere."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from dashboard.services.permissions import Permission
from dashboard.views.users.story import ShownStory
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route
from dashboard.web.sight import reveal
from dashboard.web.users.page import user_parts

blueprint = Blueprint("reveal", __name__)
PATH = "/users/<uuid:user_id>/reveal"


@route(blueprint, PATH, access=Permission.PII_REVEAL, method="POST")
def show(user_id: UUID) -> ResponseReturnValue:
    """Show the user's page with what is masked elsewhere. The answer to a POST is kept nowhere."""
    revealing, by = services().users.reveals, actor()
    revealing.require(by)
    if revealing.is_known(user_id):
        revealing.record(by, user_id)
        reveal(user_id)  # an error page shows what was last seen
        record = services().users.api.get(user_id, by)
    else:
        record = services().users.api.get(user_id, by)
        revealing.record(by, user_id)
        reveal(user_id)
    story = ShownStory(user_id, record)
    return respond("users/show.html", fragments={}, **user_parts(record), story=story)


@route(blueprint, PATH, access=Permission.USERS_READ)
def back(user_id: UUID) -> ResponseReturnValue:
    """Redirect a GET of this address to the page with everything masked."""
    return redirect_to(url_for("users.show", user_id=user_id))
