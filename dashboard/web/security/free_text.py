"""Text that people type into filters. What may be a secret gets into no address of ours.

Forms with such text post it (views/filters.py). An address that has it anyhow leads to the same
page without it: nothing after that reads, shows or keeps it, not even the way back after a log-in.
"""

from urllib.parse import urlencode

from flask import Flask, request
from flask import session as flask_session
from flask.typing import ResponseReturnValue

from dashboard.services.directory.reading import NOT_FOR_ADDRESSES, may_be_secret
from dashboard.services.permissions import Permission
from dashboard.text.emails import is_email
from dashboard.web.addresses import find_place
from dashboard.web.context import find_current_user
from dashboard.web.htmx import redirect_to

FREE = frozenset({"q", "subject", "user"})
"""The parts of an address that hold what was typed, on every page."""
LEFT_OUT = "left_out"
FEW = 8  # different characters: a key that was held down is no secret


def init_free_text(app: Flask) -> None:
    """Lead away from an address with a secret, before anything looks at it."""
    app.before_request(_leave_out)
    app.jinja_env.globals.update(secrets_pattern=NOT_FOR_ADDRESSES, was_left_out=_was_left_out)


def lead(path: str, given: list[tuple[str, str]]) -> ResponseReturnValue | None:
    """Lead to what a secret among the typed text names, or to the page without it.

    None where there is no secret.
    """
    secrets = [value for name, value in given if name in FREE and _is_secret(value)]
    if not secrets:
        return None
    person = find_current_user()
    if person and person.may(Permission.USERS_READ) and (place := find_place("\n".join(secrets))):
        return redirect_to(place)
    if person:
        flask_session[LEFT_OUT] = True
    others = [(name, value) for name, value in given if value not in secrets]
    return redirect_to(f"{path}?{urlencode(others)}" if others else path)


def _is_secret(text: str) -> bool:
    return may_be_secret(text) and len(set(text)) > FEW and not is_email(text.strip())


def _was_left_out() -> bool:
    """Return once whether text was left out. Messages of Flask are all read by the first reader."""
    return bool(flask_session.pop(LEFT_OUT, None))


def _leave_out() -> ResponseReturnValue | None:
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return None
    is_text = FREE & request.args.keys()
    return lead(request.path, [*request.args.items(multi=True)]) if is_text else None
