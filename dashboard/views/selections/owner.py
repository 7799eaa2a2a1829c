"""Giving all users of a selection another owner: oneself, a colleague or no one."""

from functools import partial
from operator import attrgetter

from flask import request
from flask.typing import ResponseReturnValue

from dashboard.forms.selections.changes import SelectionOwnerForm
from dashboard.services.actions import Action
from dashboard.services.jobs.kinds import JobKind
from dashboard.services.jobs.set_owner import rows_to_own
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import FrozenUsers
from dashboard.views.selections import blueprint
from dashboard.views.selections.parts import find_back, find_users, start_job
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import services, signed_in
from dashboard.web.htmx import respond
from dashboard.web.problems import Problem
from dashboard.web.rendering.collation import in_order
from dashboard.web.routing import route
from dashboard.web.submissions import new_intent

_owner = partial(route, blueprint, "/selections/<int:number>/owner", access=Permission.NOTES_WRITE)


@_owner()
def owner(number: int) -> ResponseReturnValue:
    """Ask who is to be the owner."""
    return _page(find_users(number), SelectionOwnerForm(restore_form("selections.set_owner")))


@_owner(method="POST", form_at="selections.owner")
def set_owner(number: int) -> ResponseReturnValue:
    """Ask once more with the number and the owner, or start the job."""
    users, form = find_users(number), SelectionOwnerForm(request.form)
    ownership = services().owners.ownership
    if not form.check(signed_in().staff.email, [each.email for each in ownership.colleagues()]):
        return _page(users, form, status=422)
    if request.form.get("do") != "start":
        return _page(users, form, asks=True)
    if form.seen.data != users.mark:
        return _page(users, form, asks=True, has_changed=True, status=409)
    owner_ids = ownership.owner_ids(users.user_ids)
    found = in_order(services().selections.users(users), attrgetter("email"))
    rows = rows_to_own(found, owner_ids, form.owner.data or "", form.note.text)
    started = start_job(JobKind.SET_OWNER, rows)
    if isinstance(started, Problem):
        return _page(users, form, asks=True, problem=started, status=started.status)
    return started


def _page(
    users: FrozenUsers,
    form: SelectionOwnerForm,
    *,
    asks: bool = False,
    has_changed: bool = False,
    problem: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Show the form, or what it will do (`asks`)."""
    me = signed_in().staff
    return respond(
        "selections/owner.html",
        fragments={},
        status=status,
        form=form,
        users=users,
        asks=asks,
        has_changed=has_changed,
        problem=problem,
        colleagues=[
            (each.email, each.name)
            for each in services().owners.ownership.colleagues()
            if each.id != me.id
        ],
        intent=new_intent(Action.JOBS_START, None) if asks else "",
        back=find_back(form.back.data),
    )
