"""Tags: the list that admins keep, and those of a user."""

from uuid import UUID

from flask import Blueprint, abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.story.tags import TagForm, UserTagsForm
from dashboard.services.permissions import Permission
from dashboard.services.seen import NeverSeenError
from dashboard.services.tags.tag_list import COLOURS, MOST, CountedTag, NoSuchTagError, TagRefusal
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services
from dashboard.web.htmx import redirect_to, respond
from dashboard.web.routing import route

blueprint = Blueprint("tags", __name__)
PAGE = "/settings/tags"
ACCESS = Permission.TAGS_MANAGE
SAID = "tags"  # category of what the page tells


@route(blueprint, PAGE, access=ACCESS)
def index() -> ResponseReturnValue:
    """Show all tags, and how many users have each."""
    return _page(TagForm(restore_form("tags.create"), data={"colour": COLOURS[0]}))


@route(blueprint, PAGE, access=ACCESS, method="POST", form_at="tags.index")
def create() -> ResponseReturnValue:
    """Create a tag."""
    form = TagForm(request.form)
    if not form.validate():
        return _page(form, status=422)
    refusal = services().tags.list.create(form.name.data or "", form.colour.data or "", actor())
    return _refused(form, refusal) if refusal else _done("created")


@route(blueprint, f"{PAGE}/<int:tag_id>", access=ACCESS, method="POST", form_at="tags.index")
def change(tag_id: int) -> ResponseReturnValue:
    """Give a tag another name or colour."""
    form = TagForm(request.form)
    if not form.validate():
        return _page(form, changing=_find(tag_id).tag.id, status=422)
    try:
        refusal = services().tags.list.change(
            tag_id, form.name.data or "", form.colour.data or "", actor()
        )
    except NoSuchTagError:
        abort(404)
    return _refused(form, refusal, changing=tag_id) if refusal else _done("changed")


@route(blueprint, f"{PAGE}/<int:tag_id>/confirm", access=ACCESS)
def confirm(tag_id: int) -> ResponseReturnValue:
    """Ask before a tag is deleted, and say how many users have it."""
    counted = _find(tag_id)
    if counted.tag.is_test:
        abort(404)
    return respond("tags/delete.html", fragments={}, counted=counted)


@route(blueprint, f"{PAGE}/<int:tag_id>/delete", access=ACCESS, method="POST", form_at="tags.index")
def delete(tag_id: int) -> ResponseReturnValue:
    """Delete a tag, and take it off all users."""
    try:
        services().tags.list.delete(tag_id, actor())
    except NoSuchTagError:
        abort(404)
    return _done("deleted")


@route(blueprint, "/users/<uuid:user_id>/tags", access=Permission.NOTES_WRITE, method="POST")
def change_user(user_id: UUID) -> ResponseReturnValue:
    """Set tags on a user, and take others off."""
    form = UserTagsForm(request.form)
    if not form.validate():
        abort(400)
    try:
        services().tags.users.change(user_id, form.wanted_ids(), form.shown_ids(), actor())
    except NeverSeenError:
        abort(404)
    return redirect_to(url_for("users.show", user_id=user_id))


def _find(tag_id: int) -> CountedTag:
    found = {counted.tag.id: counted for counted in services().tags.list.counted()}
    return found[tag_id] if tag_id in found else abort(404)


def _refused(
    form: TagForm, refusal: TagRefusal, changing: int | None = None
) -> ResponseReturnValue:
    form.refuse(refusal)
    return _page(form, changing=changing, status=422)


def _done(what: str) -> ResponseReturnValue:
    flash(what, SAID)
    return redirect_to(url_for("tags.index"))


def _page(form: TagForm, *, changing: int | None = None, status: int = 200) -> ResponseReturnValue:
    """Show the page; `form` is of the tag `changing`, None for a new one."""
    return respond(
        "tags/index.html",
        fragments={},
        status=status,
        tags=services().tags.list.counted(),
        form=form,
        changing=changing,
        colours=COLOURS,
        most=MOST,
    )
