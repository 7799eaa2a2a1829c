"""The message for one user in another language."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.services.permissions import Permission
from dashboard.views.texts import blueprint
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to, respond, wants_fragment
from dashboard.web.rendering.banners import find_outage
from dashboard.web.routing import route
from dashboard.web.users.page import find_message


@route(blueprint, "/users/<uuid:user_id>/message", access=Permission.NOTES_WRITE)
def message(user_id: UUID) -> ResponseReturnValue:
    """Show the message, from our own copy where it has the user: then without an API call."""
    if not wants_fragment():
        return redirect_to(url_for("users.show", user_id=user_id, say=request.args.get("say")))
    users = services().users
    record = users.api.find_kept(user_id)
    if record:
        users.openings.count(actor(), user_id, follows=False)
    else:
        record = users.api.get(user_id, actor())
    return respond(
        "texts/_message.html",
        fragments={"message": "texts/_message.html"},
        record=record,
        without_api=find_outage() is not None,
        message=find_message(record),
    )
