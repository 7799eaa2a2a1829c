"""The command palette's list: people, what can be done with the open user, views and pages."""

from collections.abc import Sequence

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.users import PaletteForm
from dashboard.services.permissions import Permission
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import redirect_to, respond, wants_fragment
from dashboard.web.palette import commands, commands_on_selected, matches, places, words_of
from dashboard.web.routing import Open, route
from dashboard.web.saved_views import respond_quietly, shown_views
from dashboard.web.sight import reader, sees_personal

blueprint = Blueprint("palette", __name__)
blueprint.add_app_template_global(places, "palette_places")
RECENT = 5


@route(blueprint, "/palette", access=Open.STAFF)
def dialogs() -> ResponseReturnValue:
    """Give the dialogs that a page loads when it is asked for one; help has the keys too."""
    if not wants_fragment():
        return redirect_to(url_for("help.index"))
    return respond("palette/_dialogs.html", fragments={})


@route(blueprint, "/palette", access=Open.STAFF, method="POST")
def find() -> ResponseReturnValue:
    """Find what matches; a POST, so that what is typed is in no address. Nothing is written."""
    form = PaletteForm(request.form)
    form.validate()
    return respond_quietly(lambda: _list(form))


def _list(form: PaletteForm) -> ResponseReturnValue:
    text, user_id = form.text(), form.user_id()
    words = words_of(text)
    may_read = signed_in().may(Permission.USERS_READ)
    found = services().saved_views.palette
    people = found.people(text if may_read and sees_personal() else "", reader())
    recent = found.recent(signed_in().staff.id) if may_read else []
    opened = next((user for user in recent if user.user_id == user_id), None)
    selection = services().selections.find(signed_in().staff.id) if _may_select() else None
    others = [
        user for user in recent if user is not opened and _names(words, user.email, user.name)
    ]
    return respond(
        "palette/_list.html",
        fragments={},
        typed=form.q.data or "",
        has_token=form.has_token(),
        people=people.entries,
        in_notes=people.in_notes,
        opened=opened,
        commands=[
            command
            for command in (commands(user_id, opened) if user_id else ())
            if matches(words, command.label)
        ],
        selection=selection,
        on_selected=[
            command
            for command in (commands_on_selected(selection.number) if selection else ())
            if matches(words, command.label)
        ],
        recent=others[:RECENT],
        views=[
            shown
            for shown in (shown_views(counted=False) if may_read else ())
            if matches(words, shown.name)
        ],
        places=places(words),
        may_find=may_read,
    )


def _may_select() -> bool:
    return signed_in().may(Permission.NOTES_WRITE)


def _names(words: Sequence[str], *fields: str) -> bool:
    """Return whether words are part of what a person sees of a user."""
    return not words or (sees_personal() and matches(words, " ".join(fields)))
