"""The list of users, and one user."""

import re
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.forms.users import LIMITS, USER_TYPES, UserFilterForm, url_arguments
from dashboard.services.roles import Permission
from dashboard.services.users import UserFilters
from dashboard.web.context import services
from dashboard.web.htmx import redirect_to, respond, triggered_by, wants_fragment
from dashboard.web.routing import route

blueprint = Blueprint("users", __name__)
SEARCH_BOX = "users-q"
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@route(blueprint, "/users", access=Permission.USERS_READ)
def index() -> ResponseReturnValue:
    """List users by the filters in the address; a uuid or a known email leads to the user."""
    form = UserFilterForm(request.args)
    form.validate()
    filters, dropped = form.query(), form.dropped(request.args)
    typing = triggered_by(SEARCH_BOX)
    if not typing and (user_id := _find_named(filters.q)):
        return redirect_to(url_for("users.show", user_id=user_id))
    canonical = list_url(filters)
    if not dropped and not wants_fragment() and _has_blanks():
        return redirect(canonical, 303)
    return respond(
        "users/index.html",
        fragments={"results": "users/_results.html"},
        url=canonical,
        replaces=typing,
        found=services().users.search(filters),
        filters=filters,
        dropped=dropped,
        typing=typing,
        list_url=list_url,
        page_url=lambda page: list_url(replace(filters, page=page, cursor="")),
        choices={"user_type": USER_TYPES, "limit": LIMITS},
    )


@route(blueprint, "/users/<uuid:user_id>", access=Permission.USERS_READ)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show one user, live, with what we know of them and what to do next."""
    return respond(
        "users/show.html",
        fragments={
            "record": "users/_record.html",
            "user": "users/_header.html",
            "next": "users/_next.html",
            "timeline": "users/_timeline.html",
        },
        record=services().users.get(user_id),
    )


def list_url(filters: UserFilters) -> str:
    """Return the address of a list."""
    return url_for("users.index", **url_arguments(filters))


def _find_named(text: str) -> UUID | None:
    """Return the user whom the search names: by their id, or by an email that we have seen."""
    if UUID_TEXT.fullmatch(text):
        return UUID(text)
    return services().users.find_by_email(text) if "@" in text else None


def _has_blanks() -> bool:
    """Say whether a plain form sent fields that were left as they are."""
    return any(not value.strip() for value in request.args.values())
