"""A user's story: a part of their page, and a fragment of its own that asks the API nothing."""

from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.story import StoryForm
from dashboard.services.permissions import Permission
from dashboard.services.story.models import Story
from dashboard.services.users.record import UserRecord
from dashboard.views.users import blueprint
from dashboard.web.context import actor, services, signed_in
from dashboard.web.copy_lists import OPENED_FROM
from dashboard.web.htmx import redirect_to, respond, wants_fragment
from dashboard.web.routing import route
from dashboard.web.sight import sees_personal


class ShownStory:
    """The page of a story that an address asks for, read once a template shows it."""

    def __init__(self, user_id: UUID, record: UserRecord | None = None) -> None:
        self._user_id = user_id
        self._starts = record.starts if record else None
        self._form = StoryForm(request.args)
        self._form.validate()
        self.dropped = self._form.dropped()

    @cached_property
    def page(self) -> Story:
        """The page."""
        visits = signed_in().may(Permission.AUDIT_READ)
        query = self._form.query(plain=sees_personal(self._user_id), with_visits=visits)
        return services().story.stories.tell(self._user_id, query, self._starts)

    def query(self, **arguments: str | None) -> str:
        """Return what follows the address of a user's page, or of their timeline, for a part."""
        named = {OPENED_FROM: request.args.get(OPENED_FROM), **arguments}
        given = urlencode({name: value for name, value in named.items() if value is not None})
        return f"?{given}" if given else ""

    def own_url(self) -> str:
        """Return the address of the user's page with this part."""
        address = url_for("users.show", user_id=self._user_id)
        return address + self.query(**self._form.arguments())


@route(blueprint, "/users/<uuid:user_id>/timeline", access=Permission.USERS_READ)
def timeline(user_id: UUID) -> ResponseReturnValue:
    """Show a page of a user's story; without htmx, lead to the user's page with it."""
    story = ShownStory(user_id)
    if not wants_fragment():
        return redirect_to(story.own_url())
    services().users.openings.count(actor(), user_id, follows=True)
    fragments = {"timeline": "story/_timeline.html"}
    return respond("story/_timeline.html", fragments=fragments, url=story.own_url(), story=story)
