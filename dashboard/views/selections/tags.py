"""Setting tags on all users of a selection, and taking others off."""

from collections.abc import Sequence
from functools import partial
from operator import attrgetter

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.forms.selections.changes import SelectionTagsForm
from dashboard.services.actions import Action
from dashboard.services.jobs.kinds import JobKind
from dashboard.services.jobs.set_tags import rows_to_tag
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import FrozenUsers
from dashboard.services.tags.tag_list import Tag
from dashboard.views.selections import blueprint
from dashboard.views.selections.parts import find_back, find_users, start_job
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services
from dashboard.web.htmx import respond
from dashboard.web.problems import Problem
from dashboard.web.rendering.collation import in_order
from dashboard.web.routing import route
from dashboard.web.submissions import new_intent

Tags = Sequence[Tag]
_tags = partial(route, blueprint, "/selections/<int:number>/tags", access=Permission.NOTES_WRITE)


@_tags()
def tags(number: int) -> ResponseReturnValue:
    """Ask which tags."""
    users, every = find_users(number), services().tags.list.every()
    return _page(users, SelectionTagsForm(restore_form("selections.set_tags")), every)


@_tags(method="POST", form_at="selections.tags")
def set_tags(number: int) -> ResponseReturnValue:
    """Ask once more with the number and the change, or start the job."""
    users, form = find_users(number), SelectionTagsForm(request.form)
    every = services().tags.list.every()
    chosen = form.choose(every) if form.validate() else None
    if chosen is None:
        return _page(users, form, every, status=422)
    if request.form.get("do") != "start":
        return _page(users, form, every, chosen)
    if form.seen.data != users.mark:
        return _page(users, form, every, chosen, has_changed=True, status=409)
    add, remove = (frozenset(tag.id for tag in each) for each in chosen)
    found = in_order(services().selections.users(users), attrgetter("email"))
    rows = rows_to_tag(found, add, remove)
    started = start_job(JobKind.SET_TAGS, rows)
    if isinstance(started, Problem):
        return _page(users, form, every, chosen, problem=started, status=started.status)
    return started


def _page(
    users: FrozenUsers,
    form: SelectionTagsForm,
    every: Tags,
    chosen: tuple[Tags, Tags] | None = None,
    *,
    has_changed: bool = False,
    problem: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show the form, or with `chosen` tags what it will do."""
    return respond(
        "selections/tags.html",
        fragments={},
        status=status,
        form=form,
        users=users,
        tags=every,
        chosen=chosen,
        has_changed=has_changed,
        problem=problem,
        intent=new_intent(Action.JOBS_START, None) if chosen else "",
        back=find_back(form.back.data),
    )
