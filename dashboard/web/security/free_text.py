"""Secrets in an address. What may be a token or a verification link gets into none of ours.

Forms with typed text post it (views/filters.py). An address that has it anyhow, in its path or its
query, leads to the same page without it: nothing after that reads, shows or keeps it, not even the
way back after a log-in.
"""

from urllib.parse import parse_qsl, urlencode

from flask import Flask, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from dashboard.forms.query import KEPT_PARAM
from dashboard.services.permissions import Permission
from dashboard.text.emails import is_email
from dashboard.text.secrets import NOT_FOR_ADDRESSES, may_be_secret
from dashboard.web.addresses import find_place
from dashboard.web.context import find_current_user
from dashboard.web.htmx import redirect_to
from dashboard.web.security.redirects import safe_path, split_address

WITH_SECRETS = frozenset({"links.show", "single_sign_on.end"})
"""Pages whose own address is a secret: a one-time link, and the provider's answer."""
OURS = frozenset({"after", "before", "cursor", "event", "in", KEPT_PARAM, "seen", "shown"})
"""What our own pages write into an address: sealed, or a place in a list."""
NEXT = "next"  # an address itself
LEFT_OUT = "left_out"
FEW = 8  # different characters: a key that was held down is no secret


def init_free_text(app: Flask) -> None:
    """Lead away from an address with a secret, before anything looks at it."""
    app.before_request(_leave_out)
    app.jinja_env.globals.update(secrets_pattern=NOT_FOR_ADDRESSES, was_left_out=_was_left_out)


def lead(path: str, given: list[tuple[str, str]]) -> ResponseReturnValue | None:
    """Lead to what a secret in an address names, or to the page without it.

    None where there is no secret.
    """
    page, hidden = _open_part(path)
    others = [(name, value) for name, value in given if not _has_secret(name, value)]
    if not hidden and len(others) == len(given):
        return None
    text = "\n".join([hidden, *(value for name, value in given if (name, value) not in others)])
    person = find_current_user()
    if person and person.may(Permission.USERS_READ) and (place := find_place(text)):
        return redirect_to(place)
    if person:
        flask_session[LEFT_OUT] = True
    return redirect_to(f"{page}?{urlencode(others)}" if others else page)


def _open_part(path: str) -> tuple[str, str]:
    """Return the page that a path with a secret leads to, and what is left out; else the path."""
    if not any(map(_is_secret, path.split("/"))):
        return path, ""
    first, _, rest = path.lstrip("/").partition("/")
    page = None if _is_secret(first) else safe_path(f"/{first}")
    return page or "/", rest if page else path


def _has_secret(name: str, value: str) -> bool:
    if name in OURS:
        return False
    if name != NEXT:
        return _is_secret(name) or _is_secret(value)
    parts = split_address(value)
    if parts is None:
        return True
    inside = (_has_secret(*each) for each in parse_qsl(parts.query) if each[0] != NEXT)
    return any(map(_is_secret, parts.path.split("/"))) or any(inside)


def _is_secret(text: str) -> bool:
    return may_be_secret(text) and len(set(text)) > FEW and not is_email(text.strip())


def _was_left_out() -> bool:
    """Return once whether text was left out. Messages of Flask are all read by the first reader."""
    return bool(flask_session.pop(LEFT_OUT, None))


def _leave_out() -> ResponseReturnValue | None:
    if request.method not in {"GET", "HEAD"} or request.endpoint in WITH_SECRETS:
        return None
    return lead(request.path, [*request.args.items(multi=True)])
