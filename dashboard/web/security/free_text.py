"""Secrets in an address. What may be a token or a verification link gets into none of ours.

Forms with typed text post it (views/filters.py). An address that has it anyhow, in its path or its
query, leads to the same page without it: nothing after that reads, shows or keeps it, not even the
way back after a log-in. No answer leads to such an address, whatever a field of our own held.
"""

from urllib.parse import SplitResult, parse_qsl, unquote, urlencode

from flask import Flask, Response, request
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
WITHIN = 2  # addresses in an address that are taken apart: ours are one in another
LEADING = ("Location", "HX-Redirect", "HX-Push-Url", "HX-Replace-Url")
"""Headers with the address of a page that comes next, or that is shown."""
LEFT_OUT = "left_out"
FEW = 8  # different characters: a key that was held down is no secret


def init_free_text(app: Flask) -> None:
    """Lead away from an address with a secret before anything looks at it, and never to one."""
    app.before_request(_leave_out)
    app.after_request(_leave_out_of_answer)
    app.jinja_env.globals.update(secrets_pattern=NOT_FOR_ADDRESSES, was_left_out=_was_left_out)


def lead(path: str, given: list[tuple[str, str]]) -> ResponseReturnValue | None:
    """Lead to what a secret in an address names, or to the page without it.

    None where there is no secret.
    """
    address, hidden = _divided(path, given)
    if not hidden:
        return None
    person = find_current_user()
    if person and person.may(Permission.USERS_READ) and (place := find_place("\n".join(hidden))):
        return redirect_to(place)
    _tell_left_out()
    return redirect_to(address)


def without_secrets(address: str) -> str:
    """Return an address of ours without its secrets; the identity provider's stays as it is."""
    parts = split_address(address)
    if parts is None or parts.netloc or not parts.path.startswith("/"):
        return address
    left, hidden = _divided(parts.path, _arguments(parts))
    if not hidden and not _is_secret(unquote(parts.fragment)):
        return address
    _tell_left_out()
    return left


def _divided(path: str, given: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """Return the address without its secrets, and the parts of it that hold them."""
    page, hidden = _open_part(path)
    others = list[tuple[str, str]]()
    found = [hidden] if hidden else []
    for name, value in given:
        if _has_secret(name, value):
            found.append(value)
        else:
            others.append((name, value))
    return f"{page}?{urlencode(others)}" if others else page, found


def _open_part(path: str) -> tuple[str, str]:
    """Return the page that a path with a secret leads to, and what is left out; else the path."""
    if not any(map(_is_secret, path.split("/"))):
        return path, ""
    first, _, rest = path.lstrip("/").partition("/")
    page = None if _is_secret(first) else safe_path(f"/{first}")
    return page or "/", rest if page else path


def _has_secret(name: str, value: str, within: int = WITHIN) -> bool:
    if name in OURS:
        return False
    if name != NEXT or not within:
        return _is_secret(name) or _is_secret(value)
    parts = split_address(value)
    if parts is None:
        return True
    inside = (_has_secret(*each, within - 1) for each in _arguments(parts))
    return any(map(_is_secret, (*parts.path.split("/"), unquote(parts.fragment)))) or any(inside)


def _arguments(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=True)


def _is_secret(text: str) -> bool:
    return may_be_secret(text) and len(set(text)) > FEW and not is_email(text.strip())


def _tell_left_out() -> None:
    if find_current_user():
        flask_session[LEFT_OUT] = True


def _was_left_out() -> bool:
    """Return once whether text was left out. Messages of Flask are all read by the first reader."""
    return bool(flask_session.pop(LEFT_OUT, None))


def _leave_out() -> ResponseReturnValue | None:
    if request.method not in {"GET", "HEAD"} or request.endpoint in WITH_SECRETS:
        return None
    return lead(request.path, [*request.args.items(multi=True)])


def _leave_out_of_answer(response: Response) -> Response:
    for header in LEADING:
        if address := response.headers.get(header):
            response.headers[header] = without_secrets(address)
    return response
