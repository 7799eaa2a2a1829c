"""The bundle of a selection: the users in it that runs of the lab created."""

from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboard.forms.lab.runs import SelectedBundleForm
from dashboard.services.permissions import Permission
from dashboard.services.selections.selections import FrozenUsers
from dashboard.views.selections.parts import find_back, find_users
from dashboard.web.auth.saved_forms import restore_form
from dashboard.web.context import actor, services
from dashboard.web.files import give
from dashboard.web.htmx import respond
from dashboard.web.routing import route

blueprint = Blueprint("bundles", __name__)
_bundle = partial(
    route,
    blueprint,
    "/selections/<int:number>/bundle",
    access=Permission.LAB_RUN,
    step_up=True,
)


@_bundle()
def ask(number: int) -> ResponseReturnValue:
    """Ask what the bundle is for. Makes no API call."""
    return _page(find_users(number), SelectedBundleForm(restore_form("bundles.write")))


@_bundle(method="POST", form_at="bundles.ask")
def write(number: int) -> ResponseReturnValue:
    """Return users, links and requests, for a stated reason."""
    users, form = find_users(number), SelectedBundleForm(request.form)
    if not form.validate():
        return _page(users, form, status=422)
    if form.seen.data != users.mark:
        return _page(users, form, has_changed=True, status=409)
    made = services().lab.runs.made(users.user_ids)
    export = services().lab.bundles.write_selected(made, form.reason.data or "", actor())
    return give(export, f"test-users-{export.at:%Y-%m-%d-%H%M%S}.json", "application/json")


def _page(
    users: FrozenUsers,
    form: SelectedBundleForm,
    *,
    has_changed: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    return respond(
        "selections/bundle.html",
        fragments={},
        status=status,
        form=form,
        users=users,
        made=len(services().lab.runs.made(users.user_ids)),
        has_changed=has_changed,
        back=find_back(form.back.data),
    )
