"""One user, live."""

from dataclasses import replace
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from dashboard.partner.errors import NotFound, PartnerError
from dashboard.services.permissions import Permission
from dashboard.views.users import blueprint
from dashboard.views.users.story import ShownStory
from dashboard.web.context import actor, services
from dashboard.web.copy_lists import find_walk
from dashboard.web.htmx import is_poll, respond, wants_fragment
from dashboard.web.polling import poll_state
from dashboard.web.problems import log_problem, problem_of, render_problem
from dashboard.web.routing import route
from dashboard.web.users.page import find_message, may_write, user_parts


@route(blueprint, "/users/<uuid:user_id>", access=Permission.USERS_READ)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show one user, live, with what we know of them and what to do next."""
    try:
        record = services().users.api.get(user_id, actor(), follows=is_poll())
    except NotFound:
        raise
    except PartnerError as error:
        log_problem(error)
        return _without_api(user_id, error)
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


def _without_api(user_id: UUID, error: PartnerError) -> Response:
    """Say that the API didn't answer, with the story and the message for the last known state."""
    record = services().users.api.find_kept(user_id)
    kept = {
        "story": ShownStory(user_id, record),
        "record": record,
        "message": find_message(record) if record else None,
        "may_write": may_write(),
    }
    problem = problem_of(error)
    return render_problem(replace(problem, shown={**problem.shown, **kept}))
