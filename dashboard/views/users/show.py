"""One user, live."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.views.users.story import ShownStory
from dashboard.web.context import actor, services
from dashboard.web.copy_lists import find_walk
from dashboard.web.htmx import is_poll, respond, wants_fragment
from dashboard.web.polling import poll_state
from dashboard.web.routing import route
from dashboard.web.users.page import user_parts


@route(blueprint, "/users/<uuid:user_id>", access=Permission.USERS_READ)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show one user, live, with what we know of them and what to do next."""
    record = services().users.api.get(user_id, actor(), follows=is_poll())
    fragments = {
        "record": "users/_record.html",
        "user": "users/_header.html",
        "next": "users/_next.html",
        "timeline": "story/_timeline.html",
    }
    return respond(
        "users/show.html",
        fragments=fragments,
        follow=poll_state(record, "record", fragments),
        **user_parts(record),
        story=ShownStory(user_id, record),
        walk=None if wants_fragment() else find_walk(user_id),
    )
